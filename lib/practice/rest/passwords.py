"""A user's password over REST: whether it has expired, setting it, and resetting it.

Source: REST API Developer Guide, "sObject User Password". As with every new password, the user also
gets a new security token. Setting another user's password needs the permission to manage users.
"""

from lib.practice.ids import normalized
from lib.practice.refusal import Refusal
from lib.practice.rest.calls import ApiResponse, Call, not_found

_SHORTEST = 8
_MAY_MANAGE = "PermissionsManageUsers"


def show(call: Call, record_id: str) -> ApiResponse:
    """Whether the password has expired."""
    return ApiResponse(
        body={"isExpired": call.passwords.account(_username(call, record_id)).expired}
    )


def change(call: Call, record_id: str) -> ApiResponse:
    """Set the password: 204 without a body."""
    username = _username(call, record_id)
    password = str(call.json_object().get("NewPassword") or "")
    _check(password)
    call.passwords.change_password(username, password)
    return ApiResponse(204)


def reset(call: Call, record_id: str) -> ApiResponse:
    """Give the user a generated password, which they must replace."""
    made = call.passwords.change_password(_username(call, record_id), expired=True)
    return ApiResponse(body={"NewPassword": made.password})


def _username(call: Call, record_id: str) -> str:
    user = call.org.tables.rows("User").get(normalized(record_id) or "")
    if user is None:
        raise not_found()
    if user["Id"] != call.user_id and not call.view.rights.holds(_MAY_MANAGE):
        message = "You do not have permission to view this record."
        raise Refusal("INSUFFICIENT_ACCESS", message, status=403)
    return str(user["Username"])


def _check(password: str) -> None:
    if not password:
        raise Refusal("INVALID_NEW_PASSWORD", "Your password cannot be null")
    if len(password) < _SHORTEST:
        message = f"Your password must be at least {_SHORTEST} characters long."
        raise Refusal("INVALID_NEW_PASSWORD", message)
    if password.isalpha() or not any(letter.isalpha() for letter in password):
        message = "Your password must have a mix of letters and numbers."
        raise Refusal("INVALID_NEW_PASSWORD", message)
