"""What people are to a programme: their roles, and the mix of them."""

from influence_graph.people.mix import mix
from influence_graph.people.roles import RoleAnchors, roles

__all__ = ["RoleAnchors", "mix", "roles"]
