"""The faults that are struck, as `practice --fault` has them, and how a command may end then."""

from dataclasses import dataclass, replace

from tests.journeys.faults.scenes import Case

OK = frozenset({0})
LATER = frozenset({0, 1})
"""Whether the command gets over it depends on the call; the next one always does."""
IN_PART = frozenset({0, 1, 3})

_SALESFORCE = (
    "describe",
    "limits",
    "look_up",
    "next_page",
    "queries",
    "query",
    "query_job",
    "query_job_end",
    "query_job_rows",
    "query_job_state",
    "save",
)
_JANGOMAIL = ("report", "unsubscribes")
_UNREACHABLE = ("salesforce_unreachable", "source_unreachable")
_UNREADABLE = (*_UNREACHABLE, "reading_incomplete", "sign_in_refused")


@dataclass(frozen=True, slots=True)
class Fault:
    """`texts` are added at a kind of call; it may end with `codes`, and these `errors` if not 0."""

    name: str
    texts: tuple[str, ...]
    codes: frozenset[int] = OK
    errors: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    """The kinds of call it can strike; if empty, all."""
    hides: bool = False
    """Whether JangoMail says, completely, that no one unsubscribed."""

    def seen_by(self, case: Case) -> Case:
        """The case as the struck command can see it."""
        return replace(case, unknown=case.fresh) if self.hides else case


def fault(
    name: str,
    *texts: str,
    codes: frozenset[int] = OK,
    errors: tuple[str, ...] = (),
    calls: tuple[str, ...] = (),
) -> Fault:
    """A line of the table."""
    return Fault(name, texts or (name,), codes, frozenset(errors), frozenset(calls))


# Each goes away by itself, so that the same command gets over it.
_ODD = (*_UNREADABLE, "request_refused", "permission_missing", "source", "not_understood")
PASSING = (
    fault("silent"),
    fault("silent_after"),
    fault("reset"),
    fault("reset_after"),
    fault("cut in half", "cut"),
    fault("cut to nothing", "cut,bytes=0"),
    fault("cut one byte short", "cut,share=0.999"),
    fault("cut off", "cut_off"),
    fault("shorter than it is", "length_too_short"),
    fault("announced as empty", "length_too_short,bytes=0"),
    fault("longer than it is", "length_too_long"),
    fault("garbled", "garbled"),
    fault("garbled from the start", "garbled,bytes=0"),
    fault("a page", "html"),
    fault("a page with 503", "html,status=503"),
    fault("429", "status,status=429"),
    fault("429 with Retry-After", "status,status=429,retry_after=3"),
    fault("500", "status,status=500", calls=("sign_in", *_SALESFORCE)),
    fault("502", "status,status=502"),
    fault("503", "status,status=503"),
    fault("503 with Retry-After", "status,status=503,retry_after=3"),
    fault("expired session", "expire_sessions", calls=_SALESFORCE),
)
# The command can't get over it, but it ends well, and the next one does all that's left.
LASTING = (
    fault("no connection", "reset,times=none", codes=LATER, errors=_UNREACHABLE),
    fault("no answers", "silent,times=none", codes=LATER, errors=_UNREACHABLE),
    fault("no answers after the work", "silent_after,times=none", codes=LATER, errors=_UNREACHABLE),
    fault("503 for long", "status,status=503,times=none", codes=LATER, errors=_UNREACHABLE),
    fault(
        "503 in two hours",
        "status,status=503,retry_after=7200",
        codes=LATER,
        errors=_UNREACHABLE,
    ),
    fault(
        "500 for long",
        "status,status=500,times=none",
        codes=LATER,
        errors=(*_UNREACHABLE, "source"),
    ),
    fault(
        "pages for long",
        "html,times=none",
        codes=LATER,
        errors=_UNREADABLE,
    ),
    fault("a proxy that asks for a password", "html,status=407", codes=LATER, errors=_UNREACHABLE),
    fault(
        "shorter than it is for long",
        "length_too_short,times=none",
        codes=LATER,
        errors=_UNREADABLE,
    ),
    fault(
        "cut for long",
        "cut,times=none",
        codes=LATER,
        errors=_UNREADABLE,
    ),
    fault(
        "daily limit",
        "status,status=403,code=REQUEST_LIMIT_EXCEEDED,message=TotalRequests Limit exceeded.,"
        "times=none",
        codes=IN_PART,
        errors=("api_limit_reached",),
        calls=_SALESFORCE,
    ),
    fault(
        "too many calls at once",
        "status,status=403,code=REQUEST_LIMIT_EXCEEDED,"
        "message=ConcurrentPerOrgLongTxn Limit exceeded.",
        calls=_SALESFORCE,
    ),
)
# Answers that no service should give; some are understood all the same.
ODD = (
    fault("doubled", "doubled", codes=LATER, errors=_ODD),
    fault("a redirect", "redirect", codes=LATER, errors=_ODD),
    fault("byte by byte", "drip,seconds=0.05", codes=LATER, errors=_UNREACHABLE),
    fault("damaged gzip", "damaged_gzip"),
    fault("gzip damaged late", "damaged_gzip,share=0.9"),
    fault("another shape", "other_shape", codes=LATER, errors=_ODD, calls=_SALESFORCE),
    fault(
        "another shape for long",
        "other_shape,times=none",
        codes=LATER,
        errors=_ODD,
        calls=_SALESFORCE,
    ),
    fault("numbers as text", "as_text,times=none", codes=LATER, errors=_ODD, calls=_SALESFORCE),
    *(
        fault(
            f"without {keys}",
            f"keys_missing,keys={keys},times=none",
            codes=LATER,
            errors=_ODD,
            calls=_SALESFORCE,
        )
        for keys in (
            "done",
            "nextRecordsUrl",
            "totalSize",
            "records",
            "id success",
            "Id",
            "Email",
            "LastModifiedDate",
            "state",
            "httpStatusCode",
            "referenceId",
            "fields",
            "body",
        )
    ),
    fault("a part with 503", "part", calls=("queries",)),
    fault("some parts with 503", "part,every=2", calls=("queries",)),
    fault("a part with 401", "part,status=401", calls=("queries",)),
    fault(
        "some parts with 401 for long",
        "part,status=401,every=2,times=none",
        codes=LATER,
        errors=_ODD,
        calls=("queries",),
    ),
    fault(
        "a part at the limit",
        "part,status=403,message=TotalRequests Limit exceeded.",
        codes=LATER,
        errors=("api_limit_reached",),
        calls=("queries",),
    ),
    fault(
        "a collection at the limit",
        "collection,status=403,code=REQUEST_LIMIT_EXCEEDED,message=TotalRequests Limit exceeded.",
        codes=IN_PART,
        errors=("api_limit_reached",),
        calls=("save",),
    ),
    fault("a collection with 401", "collection,status=401", calls=("save",)),
    fault(
        "another dialect",
        "rows_rewritten,times=none",
        codes=LATER,  # if it's another one than that of the first page
        errors=_ODD,
        calls=("query_job_rows", "ingest_rows"),
    ),
    fault(
        "records missing for long",
        "rows_missing,times=none",
        codes=LATER,
        errors=_ODD,
        calls=("look_up",),
    ),
)
# What else happens in an org while the command is at work.
MEANWHILE = (
    fault(
        "password changed",
        "act,do=change-password expire-sessions",
        codes=IN_PART,
        errors=("credentials_refused",),
        calls=_SALESFORCE,
    ),
    fault(
        "box read-only",
        "act,do=field-access?access=read_only",
        codes=IN_PART,
        errors=("permission_missing", "INVALID_FIELD_FOR_INSERT_UPDATE", "request_refused"),
        calls=_SALESFORCE,
    ),
    fault(
        "box hidden",
        "act,do=field-access?access=hidden",
        codes=IN_PART,
        errors=("permission_missing", "INVALID_FIELD", "request_refused"),
        calls=_SALESFORCE,
    ),
    fault(
        "may not edit",
        "act,do=object-edit?sobject=Lead&on=false",
        codes=IN_PART,
        errors=("permission_missing", "INSUFFICIENT_ACCESS_OR_READONLY", "request_refused"),
        calls=_SALESFORCE,
    ),
    fault("an hour later", "act,do=pass-time?hours=1"),
    fault("a day asleep", "act,do=pass-time?days=1"),
    fault(
        "API turned off",
        "act,do=user-permission?permission=ApiEnabled&on=false",
        codes=IN_PART,
        errors=("sign_in_refused", "permission_missing", "request_refused"),
        calls=_SALESFORCE,
    ),
)
# The records of a save, and the rows of a Bulk job.
_WRAPPED = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
ROWS = (
    fault("all locked once", "rows,code=UNABLE_TO_LOCK_ROW", calls=("save",)),
    fault("some locked once", "rows,code=UNABLE_TO_LOCK_ROW,every=2", calls=("save",)),
    fault(
        "all locked for long",
        "rows,code=UNABLE_TO_LOCK_ROW,times=none",
        codes=IN_PART,
        errors=("UNABLE_TO_LOCK_ROW",),
        calls=("save",),
    ),
    fault(
        "a trigger refuses all",
        f"rows,code={_WRAPPED},message=AfterUpdate: no,times=none",
        codes=IN_PART,
        errors=(_WRAPPED,),
        calls=("save",),
    ),
    fault(
        "a trigger refuses some",
        f"rows,code={_WRAPPED},message=AfterUpdate: no,every=2,times=none",
        codes=IN_PART,
        errors=(_WRAPPED,),
        calls=("save",),
    ),
    fault(
        "an Apex limit",
        f"rows,code={_WRAPPED},message=Apex CPU time limit exceeded,more_than=1,times=none",
        calls=("save",),
    ),
    fault("a collection refused once", "collection,status=503", calls=("save",)),
    fault("results missing", "rows_missing", calls=("save",)),
    fault("results double", "rows_doubled", calls=("save",)),
    fault("records double", "rows_doubled", calls=("queries", "query", "next_page")),
    fault("records mixed", "rows_mixed,times=none", calls=("queries", "query", "next_page")),
    fault(
        "records missing",
        "rows_missing",
        codes=LATER,
        errors=_ODD,
        calls=("queries", "query", "next_page"),
    ),
    fault(
        "records missing from pages for long",
        "rows_missing,times=none",
        codes=LATER,
        errors=_ODD,
        calls=("queries", "query", "next_page"),
    ),
    fault("rows missing", "rows_missing", calls=("query_job_rows",)),
    fault(
        "rows double",
        "rows_doubled",
        codes=LATER,  # a list can't take back the rows it has read
        errors=("salesforce_unreachable",),
        calls=("query_job_rows",),
    ),
    fault("rows mixed", "rows_mixed,times=none", calls=("query_job_rows",)),
    fault(
        "rows missing for long",
        "rows_missing,times=none",
        codes=LATER,  # a run finds its records in another way, a list can't
        errors=("salesforce_unreachable",),
        calls=("query_job_rows",),
    ),
    fault("results not to be had", "status,status=500,times=none", calls=("ingest_rows",)),
    fault("Bulk query failed", "failed_job", calls=("query_job",)),
    fault("Bulk query aborted", "aborted_job", calls=("query_job",)),
)
# JangoMail's list is complete, and has no one on it.
EMPTIED = (
    replace(fault("no one on the list", "emptied,times=none", calls=_JANGOMAIL), hides=True),
)

EVERY = (*PASSING, *LASTING, *ODD, *MEANWHILE, *ROWS, *EMPTIED)
