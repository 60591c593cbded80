"""Why no connection can be made until a person does something, with the remedy."""

UNTRUSTED = "its certificate isn't trusted"
CERTIFICATE_REMEDY = (
    "Check the address and this computer's clock. If your network has its own certificate "
    "authority, set REQUESTS_CA_BUNDLE to its file."
)
CANT_SEND = "this computer can't send"
PROXY_STATUS = 407
PROXY_ASKS = "a proxy on the way asks for a user name and a password"
PROXY_REMEDY = (
    "Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT, or ask your network administrator to let "
    "Optback through. Then run again."
)
