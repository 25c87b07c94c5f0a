"""The engine: abstract interpretation of the intermediate representation."""

from difflint.analysis.assumptions import Options
from difflint.analysis.fixpoint import analyse
from difflint.analysis.survey import survey

__all__ = ["Options", "analyse", "survey"]
