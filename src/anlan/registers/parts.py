"""What the registers offer: loaders of a profile, the invented people of a demonstration."""

from anlan.base.parts import Loader, Parts, Story
from anlan.registers.actions.demonstration import tell_people
from anlan.registers.actions.profile import load_registers

PARTS = Parts(
    stage="registers",
    loaders=(Loader(name="registers", order=10, load=load_registers),),
    stories=(Story(name="people", order=10, tell=tell_people),),
)
