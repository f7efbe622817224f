"""Which role may work with which records."""

from __future__ import annotations

from app.security.models import AppUser

ADMIN = "admin"
<%#is_web%>
<%#has_accounts%>
MEMBER = "member"
<%/has_accounts%>
<%/is_web%>

ENTITIES = frozenset(
    {
<%#entities%>
        "<%entity%>",
<%/entities%>
    }
)
MANAGES: dict[str, frozenset[str]] = {
    ADMIN: ENTITIES,
<%#roles%>
    <%role_q%>: frozenset(
        {
<%#manages%>
            <%managed_q%>,
<%/manages%>
        }
    ),
<%/roles%>
}
<%#is_web%>
ROLES = {
    ADMIN: "Administrator",
<%#roles%>
    <%role_q%>: <%role_title_q%>,
<%/roles%>
<%#has_accounts%>
    MEMBER: "Member",
<%/has_accounts%>
}
<%/is_web%>
<%#is_web%>


def is_staff(user: AppUser) -> bool:
    return user.role in MANAGES
<%/is_web%>


def manages(user: AppUser, entity: str) -> bool:
    return entity in MANAGES.get(str(user.role), frozenset())
