"""What a backup holds, decided table by table and folder by folder.

A test walks every table and every folder of ANLAN_HOME and fails for one that nobody decided on.
"""

from anlan.base.file_store import STORES
from anlan.base.rules.labels import gettext_noop

TAKEN_TABLES = frozenset(
    {
        *("base.attachment", "base.columnmapping", "base.comment", "base.dispatch"),
        *("base.dispatchoutcome", "base.due", "base.duepause", "base.followerplace"),
        *("base.holidayyear", "base.instancestamp", "base.journalentry", "base.journalhead"),
        *(
            "base.journalsubject",
            "base.merger",
            "base.onlinemap",
            "base.outgoingmessage",
            "base.personkey",
        ),
        *("base.savedfilter", "base.worldfork", "exchange.inboxmessage", "plan.assignment"),
        *("exchange.sentreference", "exchange.gatewayhealth"),
        *("exchange.publicrelease",),
        *("losses.accident", "losses.accidentfigure", "losses.accidentsector"),
        *("losses.disaster", "losses.disasterfigure"),
        *("plan.carrieditem", "plan.carriedowner", "plan.carryover"),
        *("plan.collection", "plan.collectionsheet", "plan.controlfigure", "plan.controltable"),
        *("plan.correction", "plan.deliverable", "plan.duty", "plan.evidence", "plan.handling"),
        *("plan.evaluation", "plan.evaluationedit", "plan.evaluationedition"),
        *("plan.instrumentrequirement", "plan.itemmeasure", "plan.measuresnapshot"),
        *("preparedness.acceptance", "preparedness.delay", "preparedness.milestone"),
        *("preparedness.noticecheck", "preparedness.payment", "preparedness.photograph"),
        *("preparedness.project", "preparedness.projectplace"),
        *("review.improvement",),
        *("registers.citation", "registers.instrument"),
        *("plan.indicatorchoice", "plan.indicatoredition", "plan.subgoalcomposition"),
        *("plan.inspection", "plan.inspectionfile", "plan.mechanismquarter", "plan.namematch"),
        *("plan.notice", "plan.noticeedition", "plan.obstacle", "plan.planitem"),
        *("plan.planstart", "plan.problem", "plan.progressreport", "plan.returnedworkbook"),
        *("plan.slipappeal", "plan.slipissuer", "plan.slipreply", "plan.supervisionladder"),
        *("plan.upwardreport", "plan.upwardsending"),
        *("plan.supervisionorder", "plan.supervisionslip", "registers.reportingline"),
        *("registers.areacontact", "warning.callladder", "warning.callround"),
        *("warning.bulletin", "warning.bulletinarea"),
        *("warning.calladdressee", "warning.callevent", "warning.callreply", "warning.callunit"),
        *("registers.account", "registers.apitoken", "registers.body", "registers.bodygroup"),
        *("registers.bodyname", "registers.contactproof", "registers.contactthreshold"),
        *("registers.dutyassignment", "registers.dutyshift", "registers.enterprise"),
        *("registers.groupmembership", "registers.handoversignature", "registers.installation"),
        *("registers.inventory", "registers.linkedidentity", "registers.person"),
        *("registers.post", "registers.postnumber", "registers.region"),
        *("registers.regionoutline", "registers.reportingunit", "registers.secondfactor"),
        *("registers.site", "registers.statistic", "registers.substance", "registers.tenure"),
        *("registers.tokenuse", "warning.issuedwarning", "warning.publishingright"),
        *("warning.warningarea", "warning.warningmessage"),
        *("warning.capdocument", "warning.capsender", "warning.releasereceipt"),
        *("sensing.asidemessage",),
        *("sensing.datastream", "sensing.intakebatch", "sensing.station", "sensing.threshold"),
        *("registers.tokenuse", "warning.issuedwarning", "warning.warningarea"),
        *("warning.warningmessage", "warning.monitoringrule", "warning.monitoringcriterion"),
        *("warning.monitoringnotice", "warning.noticeevent", "warning.latereadings"),
    }
)
_BROWSER = gettext_noop("everybody signs in again after a restore")
_COUNTER = gettext_noop("counters of wrong passwords: nobody is locked after a restore")
_MADE = gettext_noop("made by the program when its tables are made")
LEFT_TABLES = {
    "base.worldcheckpoint": gettext_noop("made anew from the journal"),
    "warning.monitoringplace": gettext_noop("made anew from the readings"),
    "registers.signinsession": _BROWSER,
    "sessions.session": _BROWSER,
    "axes.accessattempt": _COUNTER,
    "axes.accessattemptexpiration": _COUNTER,
    "axes.accessfailurelog": _COUNTER,
    "axes.accesslog": _COUNTER,
    "admin.logentry": _MADE,
    "auth.group": _MADE,
    "auth.group_permissions": _MADE,
    "auth.permission": _MADE,
    "contenttypes.contenttype": _MADE,
}
"""A restore empties those that speak of people or of the past; see `FORGOTTEN`."""
FORGOTTEN = tuple(label for label, why in LEFT_TABLES.items() if why is not _MADE)

TAKEN_FOLDERS = ("uploads", *(store.folder for store in STORES), "worlds")
"""Copied below their own name, see `making`; of `worlds` only the exercises and their anchors."""
TAKEN_APART = {
    "anchor": gettext_noop("first, so that the journal is never shorter than it"),
    "keys": gettext_noop("only with --keys, under a passphrase"),
    "observations": gettext_noop("as rows of the store, which both engines take back"),
    "anlan.sqlite3": gettext_noop("as rows of its tables, which both engines take back"),
}
LEFT_FILES = {
    "channels.toml": gettext_noop("settings with secrets of gateways; keep them as you keep keys"),
    "anlan.sqlite3-wal": gettext_noop("part of the database file"),
    "anlan.sqlite3-shm": gettext_noop("part of the database file"),
    "last-backup.json": gettext_noop("what this machine knows of its last backup"),
    "restoring": gettext_noop("a restore that was killed; removed by the next one"),
    "before-restore": gettext_noop("the files that stood here before the last restore"),
}
