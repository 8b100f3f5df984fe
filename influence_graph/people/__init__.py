"""What people are to a programme: their roles, and the mix of them."""

from influence_graph.people.anchors import ROLES, SIGNS, RoleAnchors, read_anchors
from influence_graph.people.answer import Roles, roles
from influence_graph.people.memberships import memberships
from influence_graph.people.mix import mix
from influence_graph.people.sentences import tell_person

__all__ = ["ROLES", "SIGNS", "RoleAnchors", "Roles", "memberships", "mix", "read_anchors", "roles", "tell_person"]
