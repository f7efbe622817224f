"""The records of the app, as they were at the beginning."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
users = sa.Table("app_users", metadata, sa.Column("id", sa.Integer, primary_key=True))
<%#entities%>

<%plural%> = sa.Table(
    "<%plural%>",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
<%#is_private%>
    sa.Column("owner_id", sa.ForeignKey("app_users.id", ondelete="CASCADE"), nullable=False, index=True),
<%/is_private%>
<%#fields%>
<%#is_reference%>
    sa.Column(
        "<%field%>",
        sa.ForeignKey("<%target_plural%>.id"),
        nullable=<%#required%>False<%/required%><%^required%>True<%/required%>,
        index=True,
    ),
<%/is_reference%>
<%^is_reference%>
    sa.Column(
        "<%field%>",
        <%#has_max_length%>sa.String(<%max_length%>)<%/has_max_length%><%^has_max_length%><%frozen%><%/has_max_length%>,
        nullable=<%#required%>False<%/required%><%^required%><%#is_boolean%>False<%/is_boolean%><%^is_boolean%>True<%/is_boolean%><%/required%>,
<%#unique%>
        unique=True,
<%/unique%>
    ),
<%/is_reference%>
<%/fields%>
    sa.Column("created_at", sa.DateTime, nullable=False),
<%#unique_groups%>
    sa.UniqueConstraint(<%#group_fields%>"<%group_field%>"<%#not_last%>, <%/not_last%><%/group_fields%>),
<%/unique_groups%>
)
<%/entities%>


def upgrade() -> None:
    # The metadata orders the tables by what they refer to.
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.remove(users)
    metadata.drop_all(op.get_bind())
