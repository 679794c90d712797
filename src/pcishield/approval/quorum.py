"""Whether enough different humans have said yes.

One human counts once, also when member of several of the groups that are needed: the answers are matched to
the open places one to one (FIELD.md part 1, 3.6: elsewhere one person in two groups fills both).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["quorum_met"]


def quorum_met(groups_of: Mapping[str, frozenset[str]], count: int, groups: Sequence[str] = ()) -> bool:
    """Tell whether the approvers suffice.

    Args:
        groups_of: Approver to the groups that approver is in; each approver is one human.
        count: How many humans are needed in all.
        groups: Groups that must be represented, one human each; a group named twice needs two.

    Returns:
        False as well when nothing is needed: an empty quorum would be met by nobody.
    """
    if count < 1 and not groups:
        return False
    if len(groups_of) < max(count, len(groups)):
        return False
    place_of: dict[str, int] = {}
    return all(_seat(place, groups, groups_of, place_of, set()) for place in range(len(groups)))


def _seat(
    place: int,
    groups: Sequence[str],
    groups_of: Mapping[str, frozenset[str]],
    place_of: dict[str, int],
    tried: set[str],
) -> bool:
    """Find somebody for ``place``, moving others to another place of theirs (augmenting path)."""
    for human, memberships in groups_of.items():
        if groups[place] in memberships and human not in tried:
            tried.add(human)
            if human not in place_of or _seat(place_of[human], groups, groups_of, place_of, tried):
                place_of[human] = place
                return True
    return False
