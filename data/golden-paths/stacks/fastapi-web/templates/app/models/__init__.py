"""The tables of the app."""

from app.security.models import AppUser, LoginFailure
from app.security.session_model import LoginSession
<%#entities%>
from app.models.<%entity%> import <%class_name%>
<%/entities%>

__all__ = [
    "AppUser",
    "LoginFailure",
    "LoginSession",
<%#entities%>
    "<%class_name%>",
<%/entities%>
]
