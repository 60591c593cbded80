"""The private key that Optback makes for a connection: its certificate, and a way to a new key.

The private key itself is never on the page.
"""

from datetime import timedelta

import streamlit as st

from lib.services.connections import key_pairs
from lib.services.connections.key_pairs import Certificate, Keys
from lib.services.log import Log
from lib.ui.marks.copy_button import draw_copy_button
from lib.ui.times import day, exact

_FILE = "optback.crt"
_ENDS_SOON = timedelta(days=60)


def draw_key(log: Log, name: str, private_key: str) -> Keys:
    """The card; `private_key` is the one that is stored now, if any. The connection's keys."""
    keys = key_pairs.keys_of(log, name, private_key)
    with st.container(border=True, key="key_pair"):
        st.markdown("**Key and certificate**")
        if keys.shown is None:
            _draw_first(log, name, has_own=bool(private_key))
        else:
            _draw_certificate(log, keys, keys.shown)
            _draw_other(log, name, keys)
    return keys


def _draw_first(log: Log, name: str, *, has_own: bool) -> None:
    st.markdown(
        "A private key of yours is stored. If Optback makes a new one, Salesforce has to get its "
        "certificate before you save."
        if has_own
        else "Optback makes a private key and keeps it encrypted on this computer. Salesforce gets "
        "the certificate, which isn't secret."
    )
    if st.button("Make a key and certificate", key="make_key"):
        _make(log, name)


def _draw_certificate(log: Log, keys: Keys, certificate: Certificate) -> None:
    if keys.waiting is None:
        state = "In use."
    elif keys.in_use is None:
        state = "Made. Upload the certificate to the app in Salesforce, then test and save below."
    else:
        state = (
            "A new key is made. Upload its certificate to the app in Salesforce, then test and "
            "save below. Until you save, the connection goes on with the key it has."
        )
    st.markdown(state)
    ends = certificate.valid_until
    st.caption(f"Made {exact(certificate.made_at)}, valid until {day(ends)}.")
    if ends - log.store.now() < _ENDS_SOON:
        st.warning("The certificate ends soon. Make a new key.", icon=":material/event_busy:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Download the certificate",
            certificate.pem,
            file_name=_FILE,
            mime="application/x-x509-ca-cert",
            icon=":material/download:",
            key="download_certificate",
            on_click="ignore",
        )
        draw_copy_button("the certificate", certificate.pem, key="copy_certificate")
    with st.expander("Show the certificate", type="compact"):
        st.code(certificate.pem, language=None)
        st.caption(f"SHA-256 fingerprint: {certificate.fingerprint}")


def _draw_other(log: Log, name: str, keys: Keys) -> None:
    with st.container(horizontal=True, key="key_actions"):
        with st.popover("Make a new key", type="tertiary", key="renew_key"):
            st.markdown(
                "A new key works only after Salesforce has its certificate: upload that to the "
                "app, then test and save here."
                + (" The certificate you have now no longer counts." if keys.waiting else "")
            )
            if st.button("Make a new key", type="primary", key="confirm_new_key"):
                _make(log, name)
        if keys.waiting is not None and st.button(
            "Discard this key", type="tertiary", key="discard_key"
        ):
            key_pairs.discard(log, name)
            st.rerun()


def _make(log: Log, name: str) -> None:
    with st.spinner("Making a key"):
        key_pairs.make(log, name)
    st.rerun()
