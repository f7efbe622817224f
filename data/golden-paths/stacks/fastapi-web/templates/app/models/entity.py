from __future__ import annotations

import sqlalchemy as sa

from app import database as db
from app.clock import now


class <%class_name%>(db.Base):
    __tablename__ = "<%plural%>"
<%#has_unique_groups%>
    __table_args__ = (<%#unique_groups%>sa.UniqueConstraint(<%#group_fields%>"<%group_field%>"<%#not_last%>, <%/not_last%><%/group_fields%>),<%#not_last%> <%/not_last%><%/unique_groups%>)
<%/has_unique_groups%>

    id = sa.Column(sa.Integer, primary_key=True)
<%#is_private%>
    owner_id = sa.Column(sa.Integer, sa.ForeignKey("app_users.id", ondelete="CASCADE"), nullable=False, index=True)
<%/is_private%>
<%#fields%>
<%#is_reference%>
    <%field%> = sa.Column(
        sa.Integer,
        sa.ForeignKey("<%target_plural%>.id"),
        nullable=<%#required%>False<%/required%><%^required%>True<%/required%>,
        index=True,
    )
<%/is_reference%>
<%^is_reference%>
    <%field%> = sa.Column(<%#has_max_length%>sa.String(<%max_length%>)<%/has_max_length%><%^has_max_length%><%column%><%/has_max_length%>, nullable=<%#required%>False<%/required%><%^required%><%#is_boolean%>False<%/is_boolean%><%^is_boolean%>True<%/is_boolean%><%/required%><%#unique%>, unique=True<%/unique%>)
<%/is_reference%>
<%/fields%>
    created_at = sa.Column(sa.DateTime, nullable=False, default=now)

<%#is_private%>
    owner = sa.orm.relationship("AppUser", lazy="joined")
<%/is_private%>
<%#references%>
    <%relation%> = sa.orm.relationship(
        "<%target_class%>",
        lazy="joined",
        foreign_keys=[<%field%>],
        remote_side="<%target_class%>.id",
    )
<%/references%>
<%#has_references%>

<%/has_references%>
<%^has_references%>
<%#is_private%>

<%/is_private%>
<%/has_references%>
    def __str__(self) -> str:
        return str(self.<%title_field%>)
