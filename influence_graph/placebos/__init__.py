"""What would be credited if it could not be a cause: post times swapped, follows turned round, later posts."""

from influence_graph.placebos.answer import PEOPLE, TESTS, Placebo
from influence_graph.placebos.followers import late_followers
from influence_graph.placebos.refuting import FEWEST, check_shuffles, placebo

__all__ = ["FEWEST", "PEOPLE", "TESTS", "Placebo", "check_shuffles", "late_followers", "placebo"]
