"""The tables of the app."""

from app.security.models import AppUser, LoginFailure
<%#entities%>
from app.models.<%entity%> import <%class_name%>
<%/entities%>

__all__ = [
    "AppUser",
    "LoginFailure",
<%#entities%>
    "<%class_name%>",
<%/entities%>
]
