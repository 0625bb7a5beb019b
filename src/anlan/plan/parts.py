from anlan.base.parts import Parts

PARTS = Parts(stage="plan")
