"""The kinds of fault, and what each of them does."""

KINDS = {
    "status": "answers with this HTTP status and does no work; with `retry_after` it says when",
    "html": "answers with a page instead of data, with status 200 or `status`, and does no work",
    "redirect": "leads to the login page with status 302, and does no work",
    "reset": "resets the connection before any work is done",
    "reset_after": "does the work, then resets the connection without an answer",
    "silent": "never answers, and does no work",
    "silent_after": "does the work, then never answers",
    "slow": "waits `seconds` before it does the work",
    "cut": "does the work, sends `share` or `bytes` of the answer's body as if it were the whole",
    "cut_off": "does the work, sends `share` or `bytes` of the body and closes the connection",
    "length_too_short": "does the work, sends all of it, and announces `share` or `bytes` of it",
    "length_too_long": "does the work, sends all of it, announces more by `bytes` (1), and waits",
    "garbled": "does the work, and sends a body whose bytes from `share` or `bytes` on are noise",
    "damaged_gzip": "does the work, and sends it compressed, with noise from `share` or `bytes` on",
    "doubled": "does the work, and sends the answer's body twice",
    "drip": "does the work, and sends the answer's body byte by byte, one each `seconds`",
    "other_shape": "does the work, and puts an object into a list, or a list into an object",
    "keys_missing": "does the work, and leaves `keys` (separated by spaces) out of JSON",
    "as_text": "does the work, and writes the numbers and true and false of JSON as text",
    "part": "answers each part of a composite call with `status`, or `every` one; for reads",
    "rows_missing": "does the work, and leaves every other row out of a list, a query, or CSV",
    "rows_doubled": "does the work, and repeats every row of a list, a query, or CSV",
    "rows_mixed": "does the work, and reverses the order of the rows of a query or CSV",
    "rows_rewritten": "does the work, and writes a CSV with other columns first, quotes, BOM, CRLF",
    "emptied": "JangoMail's list or report is complete, but has no one on it",
    "rows": "refuses each record of a save with `code` and `message`, or `records`, or `every` one",
    "collection": "refuses a collection whole with `status`, also as a part of a composite call",
    "act": "does the acts of `do` just before the call, such as `field-access?access=hidden`",
    "expire_sessions": "ends every session, so that the request finds its own expired",
    "slow_job": "the next Bulk job takes `seconds`",
    "failed_job": "the next Bulk job ends as Failed, with `message`, after `saved` rows",
    "aborted_job": "someone aborts the next Bulk job in Setup after `saved` rows",
    "stuck_job": "the next Bulk job stays InProgress after `saved` rows, until it's aborted",
}

JOB_KINDS = ("slow_job", "failed_job", "aborted_job", "stuck_job")
"""Faults of Bulk jobs, not of requests."""

SAVE_KINDS = ("rows", "collection")
"""Faults of records while they are saved, however they got there, or of their collection."""

AREAS = ("data", "signin", "jangomail", "any")
