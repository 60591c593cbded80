"""The tables of the log, as numbered migrations. Never edit or rename one that has shipped.

Times are ISO 8601 text in UTC with a fixed width (lib/clock.py), so they sort as text.
In the tables whose names end in `_row`, texts and times are numbers (lib/store/terms.py).
`scope` names an org of a connection ("NAME/00D…"): what is learned about a sandbox is never used
for a production org that gets the same connection name later.
"""

import re
from collections.abc import Callable
from sqlite3 import complete_statement
from typing import Protocol

MIGRATION_SET = "optback"


class Executes(Protocol):
    """What a migration needs of a database."""

    def execute(self, sql: str, /) -> object:
        """Run one statement in the open transaction."""


_CONNECTIONS = """
create table connection (
    name text not null primary key check (name <> ''),
    login_url text not null,
    username text not null,
    consumer_key text not null,
    jangomail_url text not null,
    jangomail_username text not null,
    jangomail_utc_offset real not null,  -- hours ahead of UTC
    secrets text not null,               -- JSON, encrypted with Fernet
    saved_at text not null
) strict;

create table connection_state (
    name text not null primary key check (name <> ''),
    scope text,
    org_id text,
    org_name text,
    environment text check (environment in ('production', 'sandbox', 'practice')),
    username text,
    locale text,
    instance_url text,
    paused_at text,                      -- null: not paused
    paused_code text,
    paused_message text,
    paused_remedy text,
    paused_fingerprint text,             -- which credentials were refused
    checks text not null default '[]' check (json_valid(checks)),
    checked_at text
) strict;
"""

_LEDGER = """
create table event (
    id integer not null primary key,
    scope text not null,
    source text not null,
    kind text not null check (kind in ('unsubscribe', 'bounce')),
    entry text not null check (entry <> ''),  -- address or domain, as it is compared
    shown text not null,                      -- in the source's spelling
    is_domain integer not null check (is_domain in (0, 1)),
    not_before text,                          -- null: open below
    not_after text not null,
    raw_date text,                            -- the source's own date text
    first_seen_at text not null,
    last_seen_at text not null,
    brought_by text not null,                 -- run id
    state text not null check (state in ('pending', 'done', 'held', 'withdrawn'))
) strict;
create index event_by_entry on event (scope, entry);
create index event_pending on event (scope, entry) where state = 'pending';
create index event_held on event (scope, entry) where state = 'held';

create table reading (
    id integer not null primary key,
    scope text not null,
    source text not null,
    kind text not null check (kind in ('report', 'since', 'file')),
    since text check ((since is null) = (kind <> 'since')),
    read_at text not null,
    run_id text not null,
    file_hash text,
    file_name text,
    seen integer not null check (seen >= 0),              -- sightings
    new_events integer not null check (new_events >= 0)
) strict;
create index reading_by_source on reading (scope, source, read_at);
create index reading_by_file on reading (scope, file_hash) where file_hash is not null;

create table watermark (
    scope text not null,
    stream text not null,
    moment text not null,
    primary key (scope, stream)
) strict, without rowid;

create table memory (
    scope text not null,
    record_id text not null,
    sobject text not null,
    address text not null,
    seen_at text not null,    -- when the record was last seen opted out
    cleared_at text,          -- LastModifiedDate when it was first seen cleared again
    verdict text check (verdict in ('kept', 'unsettled', 'unsure')),
    run_id text not null,
    primary key (scope, record_id),
    check (verdict is null or cleared_at is not null)
) strict, without rowid;
create index memory_by_address on memory (scope, address, verdict);
create index memory_by_verdict on memory (scope, verdict) where verdict is not null;
"""

_RUNS = """
create table run (
    id text not null primary key,
    connection text not null check (connection <> ''),
    scope text,               -- null until the org is known, as the next two
    org_name text,
    environment text check (environment in ('production', 'sandbox', 'practice')),
    status text not null check (status in ('starting', 'running', 'succeeded', 'partial',
        'failed', 'guarded', 'dry_run', 'busy')),
    started_by text not null,
    source text not null check (source in ('jangomail', 'file')),
    file_name text,
    dry_run integer not null check (dry_run in (0, 1)),
    first_run integer not null default 0 check (first_run in (0, 1)),
    started_at text not null,
    beat_at text not null,    -- when its progress was last written
    finished_at text,
    phase text not null default '',
    phase_done integer not null default 0,
    phase_total integer not null default 0,
    safety_limit integer,     -- changes
    mailable integer,         -- records
    events_read integer not null default 0,
    addresses integer not null default 0,
    records integer not null default 0,
    updated integer default 0,
    planned integer,
    already_opted_out integer not null default 0,
    kept integer not null default 0,
    skipped integer not null default 0,
    failed integer not null default 0,
    pending integer not null default 0,
    unmatched integer not null default 0,
    api_calls integer not null default 0,
    duration_s real not null default 0,
    errors text not null default '[]' check (json_valid(errors)),
    check ((finished_at is null) = (status in ('starting', 'running')))
) strict;
create index run_by_connection on run (connection, id);
create index run_by_scope on run (scope, id);
create index run_scope on run (connection, scope);
create index run_by_start on run (started_at);

create table change (
    id integer not null primary key,
    run_id text not null references run (id),
    scope text not null,
    sobject text not null,
    record_id text not null,
    address text not null,
    outcome text not null check (outcome in ('planned', 'pending', 'updated',
        'already_opted_out', 'kept', 'skipped', 'failed')),
    reason text,
    message text,
    modified_at text,         -- LastModifiedDate as it was planned
    planned_at text not null,
    sent_at text,             -- before the call to Salesforce
    settled_at text,          -- when its outcome was known; null while planned or pending
    unique (run_id, record_id)
) strict;
create index change_of_run on change (run_id);
create index change_by_outcome on change (run_id, outcome);
create index change_by_address on change (scope, address);
create index change_by_record on change (scope, record_id);
create index change_open on change (scope, run_id) where outcome = 'pending';
create index change_updated on change (settled_at, scope, record_id, address, run_id)
    where outcome = 'updated';
create index change_refused on change (scope, record_id) where outcome = 'failed';

create table lease (
    connection text not null primary key,
    holder text not null,
    run_id text not null,
    beat integer not null,    -- counts up with every renewal
    taken_at text not null,
    expires_at text not null  -- for readers; a newcomer watches the beat
) strict;

create table revision (
    only integer not null primary key check (only = 1),
    count integer not null    -- of transactions that changed something
) strict;
insert into revision (only, count) values (1, 0);
"""


_LISTS = """
create table list (                      -- a saved list
    id text not null primary key,
    connection text not null check (connection <> ''),
    name text not null check (name <> ''),
    soql text not null,                  -- as its author wrote it
    options text not null default '{}' check (json_valid(options)),
    saved_at text not null,
    saved_by text not null,
    deleted_at text                      -- null: not deleted; a while later it is gone
) strict;
create unique index list_by_name on list (connection, lower(name)) where deleted_at is null;

create table pull (
    id text not null primary key,
    connection text not null check (connection <> ''),
    scope text,                          -- null until the org is known
    list_id text references list (id),   -- null: not of a saved list
    soql text not null,
    guarded text,
    options text not null default '{}' check (json_valid(options)),
    status text not null check (status in ('starting', 'running', 'done', 'failed')),
    pulled_by text not null,
    started_at text not null,
    beat_at text not null,               -- when its progress was last written
    finished_at text,
    phase text not null default '',
    phase_done integer not null default 0,
    phase_total integer not null default 0,
    as_of text,                          -- when the unsubscribes were last read completely
    matching integer,                    -- null under LIMIT or OFFSET, as the next
    opted_out integer,
    fetched integer not null default 0,
    rows integer not null default 0,
    removed text not null default '{}' check (json_valid(removed)),  -- reason: count
    api_calls integer not null default 0,
    duration_s real not null default 0,
    file text,                           -- its CSV, in the folder lists of the home
    warnings text not null default '[]' check (json_valid(warnings)),
    error text check (error is null or json_valid(error)),
    check ((finished_at is null) = (status in ('starting', 'running')))
) strict;
create index pull_by_connection on pull (connection, started_at);
create index pull_by_list on pull (list_id, started_at);

create table pull_row (                  -- one row that was fetched; rows of old pulls are let go
    pull_id text not null references pull (id),
    position integer not null,           -- counts from 1, in the order of the file
    sobject text not null,
    record_id text not null,             -- empty where a row is several people
    address text not null,               -- as it is compared; empty where there is none
    shown text not null,                 -- as Salesforce has it
    removed text,                        -- reason; null: on the list
    primary key (pull_id, position)
) strict, without rowid;
create index pull_row_by_address on pull_row (pull_id, address);
create index pull_row_by_record on pull_row (pull_id, record_id);
create index pull_row_removed on pull_row (pull_id, removed) where removed is not null;

create table pull_check (                -- when a pull's people were last asked about anew
    pull_id text not null primary key references pull (id) on delete cascade,
    checked_at text not null,
    as_of text                           -- when the unsubscribes were last read completely
) strict, without rowid;

create table opted_out_since (           -- rows on a list whose people have opted out since
    pull_id text not null references pull (id) on delete cascade,
    position integer not null,
    reason text not null,
    found_at text not null,
    primary key (pull_id, position)
) strict, without rowid;

create index event_by_first_seen on event (scope, first_seen_at);

create table hand_over (                 -- a pull that was handed to JangoMail as a new group
    id text not null primary key,
    pull_id text not null references pull (id),
    connection text not null,
    group_name text not null,
    columns text not null check (json_valid(columns)),
    status text not null check (status in ('starting', 'running', 'done', 'failed')),
    handed_by text not null,
    started_at text not null,
    beat_at text not null,
    finished_at text,
    making_at text,                      -- before the group was made: none bore its name then
    made_at text,                        -- when JangoMail had made the group
    sent_to integer not null default 0,  -- position of the last row sent, answered or not
    done_to integer not null default 0,  -- position of the last row whose batch was answered
    done integer not null default 0,     -- people handed over
    total integer not null default 0,    -- people to hand over
    left_out integer not null default 0, -- people who opted out since the pull
    members integer,                     -- what JangoMail counted at the end
    error text check (error is null or json_valid(error)),
    check ((finished_at is null) = (status in ('starting', 'running')))
) strict;
create index hand_over_by_pull on hand_over (pull_id, started_at);
create index hand_over_by_connection on hand_over (connection, started_at);

alter table connection add column opt_out_field text not null default '';
"""

_FILES = """
alter table run add column left_out integer check (left_out >= 0);  -- lines; null: not a file
alter table run add column who_asked text;  -- how it was decided who in the file asked

create table file_answer (               -- who in files like this one asked, as a person said
    connection text not null check (connection <> ''),
    headings text not null,              -- hash of the file's headings
    choice text not null check (json_valid(choice)),
    answered_at text not null,
    answered_by text not null,
    primary key (connection, headings)
) strict, without rowid;
"""

_SCHEDULES = """
create table schedule (                  -- when a connection's runs start by themselves
    connection text not null primary key check (connection <> ''),
    is_on integer not null check (is_on in (0, 1)),
    at text,                             -- HH:MM on the clocks of the zone; null: every N minutes
    zone text not null check (zone <> ''),           -- IANA name, such as Europe/Zurich
    every_minutes integer check (every_minutes > 0),
    set_at text not null,
    set_by text not null,
    check ((at is null) <> (every_minutes is null))
) strict, without rowid;

create table schedule_claim (            -- the last scheduled time that was taken care of
    connection text not null primary key check (connection <> ''),
    due_at text not null,                -- by the schedule, without jitter
    tries integer not null check (tries >= 0),       -- 0: the schedule begins here
    run_id text,                         -- null: no run was started, or it was given back
    claimed_at text not null,
    host text not null                   -- whose clock these times are from
) strict, without rowid;

create table scheduler (                 -- processes that start runs on schedule
    id text not null primary key,
    kind text not null check (kind in ('dashboard', 'command')),
    host text not null,
    connection text,                     -- null: all, by the schedules that are stored
    at text,
    zone text,
    every_minutes integer,
    started_at text not null,
    seen_at text not null,               -- renewed every minute; a clean end deletes the row
    check ((connection is null) = (at is null and every_minutes is null))
) strict, without rowid;
"""

_ALERTS = """
create table alert (                     -- a cause that someone has to know of, open or closed
    id integer not null primary key,
    connection text not null check (connection <> ''),
    cause text not null check (cause <> ''),
    mark text not null,                  -- differs when the cause changed, such as its records
    text text not null check (json_valid(text)),  -- its words, as of the last change
    opened_at text not null,
    told_at text,                        -- when it was first told; null: there was no way yet
    last_told_at text,
    reminders integer not null default 0 check (reminders >= 0),
    acknowledged_until text,
    acknowledged_by text,
    closed_at text                       -- null: open
) strict;
create unique index alert_open on alert (connection, cause) where closed_at is null;
create index alert_by_connection on alert (connection, opened_at);

create table alert_message (             -- an alert to one receiver: waiting, sent or dropped
    id integer not null primary key,
    alert_id integer references alert (id) on delete cascade,  -- null: a test
    connection text not null check (connection <> ''),
    kind text not null check (kind in ('opened', 'changed', 'reminder', 'recovered', 'test')),
    channel text not null check (channel in ('email', 'webhook')),
    receiver text not null,              -- an address, or the webhook's host
    text text not null check (json_valid(text)),
    queued_at text not null,
    tries integer not null default 0 check (tries >= 0),
    next_try_at text,                    -- null: sent or dropped
    sent_at text,
    dropped_at text,                     -- a newer message took its place
    error text,                          -- why the last try failed, without secrets
    check ((next_try_at is null) = (sent_at is not null or dropped_at is not null))
) strict;
create index alert_message_waiting on alert_message (next_try_at) where next_try_at is not null;
create index alert_message_by_alert on alert_message (alert_id);
create index alert_message_by_connection on alert_message (connection, id);

create table alert_receivers (           -- instead of OPTBACK_ALERT_TO, for one connection
    connection text not null primary key check (connection <> ''),
    receivers text not null check (json_valid(receivers))
) strict, without rowid;

create table alert_refusal (             -- a mail server that refused these credentials
    channel text not null primary key,
    mark text not null,                  -- which credentials
    message text not null,
    refused_at text not null
) strict, without rowid;
"""

_SEVERAL_CONNECTIONS = """
alter table connection_state add column org_fingerprint text;  -- credentials that led to this org
alter table connection_state add column other_org text         -- another org they suddenly lead to
    check (other_org is null or json_valid(other_org));
alter table connection_state add column other_seen_at text;    -- when that was found out
alter table connection_state add column halted_at text;        -- null: no person paused it
alter table connection_state add column halted_by text;
alter table connection_state add column resumed_at text;       -- when a person last let it run
"""

_LATE_ARRIVALS = """
alter table event add column reopened_at text;  -- a record came to have its address then
alter table change add column arrived_at text;  -- a late arrival's; null: not a late arrival
alter table change add column arrived_new integer check (arrived_new in (0, 1));  -- 0: changed
"""

_PERMISSION_SETS = """
create table permission_set (            -- a note that Optback makes a permission set, or made it
    connection text not null primary key check (connection <> ''),
    org_id text not null,
    username text not null,              -- the user it's for
    begun_at text not null,              -- before its first row in Salesforce
    begun_by text not null,
    made_at text                         -- null: it was cut off
) strict, without rowid;
"""

_TIMERS = """
create table scheduler_with_timers (     -- processes that start runs on schedule
    id text not null primary key,
    kind text not null check (kind in ('dashboard', 'command', 'timer')),
    host text not null,
    connection text,                     -- null: all, by the schedules that are stored
    at text,
    zone text,
    every_minutes integer,
    started_at text not null,
    seen_at text not null,               -- renewed every minute; a timer's, each time it looks
    check (kind = 'timer' or (connection is null) = (at is null and every_minutes is null))
) strict;
insert into scheduler_with_timers select * from scheduler;
drop table scheduler;
alter table scheduler_with_timers rename to scheduler;
"""

_DOCTOR = """
alter table connection_state add column edition text;  -- such as 'Enterprise Edition'

create index change_converted on change (scope, address) where reason = 'converted';
"""

_MEMORY_OF_PEOPLE = """
alter table memory add column boxes text not null default '';  -- fields that were seen set,
                                   -- separated by blanks; empty: the standard field
alter table memory add column contact_id text not null default '';  -- of a person account
"""

_FULL_COMPARISONS = """
alter table run add column full integer not null default 0  -- 1: it compared everything
    check (full in (0, 1));
"""

_DOMAINS = """
create table domain_decision (           -- what a person decided about a whole domain
    id integer not null primary key,
    scope text not null,
    domain text not null check (domain <> ''),       -- as it is compared
    verdict text not null check (verdict in ('approved', 'kept_mailable')),
    decided_at text not null,
    decided_by text not null,
    run_id text,                         -- the run with which it was approved
    ended_at text,                       -- null: it counts
    ended_by text,
    check ((ended_at is null) = (ended_by is null))
) strict;
create unique index domain_decision_counts on domain_decision (scope, domain)
    where ended_at is null;
create index change_held on change (scope, run_id, address) where reason = 'held';
alter table run add column approves_domain text;     -- the domain that it is to approve
"""

_MADE_KEYS = """
create table made_key (                  -- a key that Optback made for signing in
    connection text not null,            -- empty: one that isn't stored yet
    is_waiting integer not null check (is_waiting in (0, 1)),  -- 1: until it is saved
    certificate text not null,           -- PEM, for Salesforce
    private_key text,                    -- PEM, encrypted; null: among the connection's secrets
    made_at text not null,
    primary key (connection, is_waiting),
    check ((private_key is null) = (is_waiting = 0))
) strict, without rowid;
"""

_WAITING = """
create table waiting (                   -- missing rights are looked for until they are there
    connection text not null primary key check (connection <> ''),
    begun_at text not null,
    begun_by text not null,
    missing text not null check (json_valid(missing)),  -- names of checks
    became text not null check (json_valid(became)),    -- those that are fine now, and since when
    looks integer not null default 0 check (looks >= 0),
    looked_at text,
    next_look_at text,                   -- null: it has ended
    trouble text,                        -- why the last look found out nothing
    ended_at text,
    ended_as text check (ended_as in ('ready', 'stopped', 'gave_up', 'refused', 'other_org')),
    told_at text,                        -- null: it's on, or people are still to be told
    check ((ended_at is null) = (next_look_at is not null)),
    check ((ended_at is null) = (ended_as is null))
) strict, without rowid;
"""

_RESUBSCRIBED = """
alter table event add column reported_at text;      -- when a complete report last had it
alter table event add column resubscribed_at text;  -- when a later one didn't; null: it counts
"""

_CONNECTION_SETTINGS = """
create table connection_setting (        -- what a person set for a connection
    connection text not null primary key check (connection <> ''),
    safety_limit integer check (safety_limit >= 0),  -- changes in a run; null: by the rule
    copied text not null check (json_valid(copied)), -- kinds of events that are copied
    set_at text not null,
    set_by text not null
) strict, without rowid;

alter table run add column limit_source text check (limit_source in ('connection', 'run'));
alter table run add column copying_off integer not null default 0 check (copying_off in (0, 1));
"""

_UNDO = """
alter table run add column undoes text;      -- the run that this one takes back; null: a sync
alter table run add column user_id text;     -- Salesforce's ID of the user it signed in as
create index run_undoing on run (undoes) where undoes is not null;

alter table change add column is_undo integer not null default 0 check (is_undo in (0, 1));
drop index change_updated;
create index change_updated on change (settled_at, scope, record_id, address, run_id)
    where outcome = 'updated' and is_undo = 0;  -- boxes that were set, not those set back

create table undone (                    -- records that an undo leaves mailable
    scope text not null,
    record_id text not null,
    run_id text not null,                -- the run that was taken back
    sobject text not null,
    address text not null,
    source text not null,                -- whose unsubscribes no longer count for the record,
    known_until text not null,           -- if they were first seen by then
    known_event integer not null,        -- and stored by then: no greater id
    cleared_at text,                     -- when a person had cleared the box before that run
    undo_id text not null,               -- the run that took it back
    undone_at text not null,
    ended_at text,                       -- when the box was seen set again; null: still undone
    primary key (scope, record_id, run_id)
) strict, without rowid;
create index undone_by_address on undone (scope, address);

create table file_sighting (             -- which run's file named an event, and with which date
    event_id integer not null references event (id) on delete cascade,
    run_id text not null,
    not_before text,
    not_after text not null,
    raw_date text,
    seen_at text not null,
    primary key (event_id, run_id)
) strict, without rowid;
create index file_sighting_by_run on file_sighting (run_id);
insert into file_sighting (event_id, run_id, not_before, not_after, raw_date, seen_at)
    select id, brought_by, not_before, not_after, raw_date, first_seen_at from event
    where source = 'file';
insert or ignore into file_sighting (event_id, run_id, not_before, not_after, raw_date, seen_at)
    select event.id, reading.run_id, event.not_before, event.not_after, event.raw_date,
        event.last_seen_at
    from event
    join reading on reading.scope = event.scope and reading.kind = 'file'
        and reading.read_at = event.last_seen_at
    where event.source = 'file' and event.last_seen_at > event.first_seen_at;
"""

_MASS_CLEARINGS = """
create table mass_clearing (             -- many boxes that a run found cleared at once
    id integer not null primary key,
    scope text not null,
    run_id text not null,                -- the run that found them
    found_at text not null,
    boxes integer,                       -- how many were confirmed
    confirmed_at text,                   -- null: in question
    confirmed_by text,
    unique (scope, run_id),
    check ((confirmed_at is null) = (confirmed_by is null))
) strict;

create table mass_cleared (              -- a box of a mass clearing
    clearing_id integer not null references mass_clearing (id) on delete cascade,
    record_id text not null,
    cleared_at text not null,            -- LastModifiedDate when it was first seen cleared
    by_name text,                        -- who changed it then; null: not looked up, '': unknown
    primary key (clearing_id, record_id)
) strict, without rowid;
"""

_OWN_FIELD = """
alter table run add column opt_out_field text not null default '';  -- as SALESFORCE_OPT_OUT_FIELD
alter table change add column was_partly_set integer not null default 0
    check (was_partly_set in (0, 1));   -- one of several opt-out fields was set before the run
"""

_ALERT_CHOICES = """
create table connection_key (            -- stays the same when a connection is renamed
    connection text not null primary key check (connection <> ''),
    key text not null unique
) strict, without rowid;

create table alert_off (                 -- kinds of alerts that no one is told about
    connection text not null check (connection <> ''),
    cause text not null check (cause <> ''),
    primary key (connection, cause)
) strict, without rowid;
"""

_REFUSED_SOURCES = """
create table refused_source (            -- an account that the source refused; gone once it works
    connection text not null primary key check (connection <> ''),
    fingerprint text not null,
    message text not null,
    remedy text not null,
    refused_at text not null
) strict, without rowid;
"""

_OPERATIONS = """
create table operation (                 -- a step of a run: the ways there were, and what it took
    run_id text not null,
    place integer not null,              -- in the order in which they ended
    step text not null check (step <> ''),
    way text not null,                   -- the one that was chosen; '': there is only one
    why text not null,                   -- why this one
    ways text not null check (json_valid(ways)),      -- each with its estimate
    counts text not null check (json_valid(counts)),  -- records by sObject, where counted
    calls integer not null,
    records integer not null,
    seconds real not null,
    primary key (run_id, place)
) strict, without rowid;

alter table run add column forecast text            -- null: it ended before it had a plan
    check (forecast is null or json_valid(forecast));
alter table run add column org_calls_used integer;   -- of everyone, in the 24 hours up to its end
alter table run add column org_calls_limit integer;
alter table connection_setting add column calls_a_day integer
    check (calls_a_day between 1 and 100);   -- percent of the org's limit; null: the usual
alter table connection_setting add column calls_a_run integer
    check (calls_a_run between 1 and 100);
"""


_SMALLER_ROWS = """
create table term (                      -- a text that comes in many rows
    id integer not null primary key,
    text text not null unique
) strict;
-- The most frequent ones take the least space as a number.
insert into term (text) values (''), ('unsubscribe'), ('Contact'), ('Lead'), ('Account'),
    ('hasoptedoutofemail');

create table address (                   -- an address or a domain, as it is compared
    id integer not null primary key,
    text text not null unique
) strict;

-- Numbers of terms and addresses stand in the place of texts; times are microseconds since 1970.
create table event_row (
    id integer not null primary key,
    scope integer not null,
    source integer not null,
    kind integer not null,
    entry integer not null,
    shown text,                               -- null: as it is compared
    is_domain integer not null check (is_domain in (0, 1)),
    not_before integer,
    not_after integer not null,
    raw_date text,
    first_seen_at integer not null,
    last_seen_at integer not null,
    brought_by integer not null,
    state text not null check (state in ('pending', 'done', 'held', 'withdrawn')),
    reopened_at integer,
    reported_at integer,
    resubscribed_at integer
) strict;

create table change_row (
    id integer not null primary key,
    run integer not null,
    scope integer not null,
    sobject integer not null,
    record_id text not null,
    address integer not null,
    outcome text not null check (outcome in ('planned', 'pending', 'updated',
        'already_opted_out', 'kept', 'skipped', 'failed')),
    reason text,
    message text,
    modified_at integer,
    planned_at integer not null,
    sent_at integer,
    settled_at integer,
    arrived_at integer,
    arrived_new integer check (arrived_new in (0, 1)),
    is_undo integer not null default 0 check (is_undo in (0, 1)),
    was_partly_set integer not null default 0 check (was_partly_set in (0, 1))
) strict;

create table memory_row (
    scope integer not null,
    record_id text not null,
    sobject integer not null,
    address integer not null,
    seen_at integer not null,
    cleared_at integer,
    verdict text check (verdict in ('kept', 'unsettled', 'unsure')),
    run integer not null,
    boxes integer not null,
    contact_id text,                          -- null: not a person account
    primary key (scope, record_id),
    check (verdict is null or cleared_at is not null)
) strict, without rowid;

create table file_sighting_row (
    event_id integer not null references event_row (id) on delete cascade,
    run integer not null,
    not_before integer,
    not_after integer not null,
    raw_date text,
    seen_at integer not null,
    primary key (event_id, run)
) strict, without rowid;
"""

_FILL_SMALLER_ROWS = """
insert or ignore into term (text) select distinct scope from event;
insert or ignore into term (text) select distinct source from event;
insert or ignore into term (text) select distinct kind from event;
insert or ignore into term (text) select distinct brought_by from event;
insert or ignore into term (text) select distinct scope from change;
insert or ignore into term (text) select distinct sobject from change;
insert or ignore into term (text) select distinct run_id from change;
insert or ignore into term (text) select distinct scope from memory;
insert or ignore into term (text) select distinct sobject from memory;
insert or ignore into term (text) select distinct run_id from memory;
insert or ignore into term (text) select distinct boxes from memory;
insert or ignore into term (text) select distinct run_id from file_sighting;
insert or ignore into address (text) select entry from event order by id;
insert or ignore into address (text) select address from change order by id;
insert or ignore into address (text) select address from memory;

insert into event_row
    select event.id, scope.id, source.id, kind.id, entry.id, nullif(shown, entry), is_domain,
        NUMBER(not_before), NUMBER(not_after), raw_date, NUMBER(first_seen_at),
        NUMBER(last_seen_at), brought_by.id, state, NUMBER(reopened_at), NUMBER(reported_at),
        NUMBER(resubscribed_at)
    from event
    join term as scope on scope.text = event.scope
    join term as source on source.text = event.source
    join term as kind on kind.text = event.kind
    join term as brought_by on brought_by.text = event.brought_by
    join address as entry on entry.text = event.entry
    order by event.id;
insert into change_row
    select change.id, run.id, scope.id, sobject.id, record_id, address.id, outcome, reason,
        message, NUMBER(modified_at), NUMBER(planned_at), NUMBER(sent_at), NUMBER(settled_at),
        NUMBER(arrived_at), arrived_new, is_undo, was_partly_set
    from change
    join term as run on run.text = change.run_id
    join term as scope on scope.text = change.scope
    join term as sobject on sobject.text = change.sobject
    join address on address.text = change.address
    order by change.id;
insert into memory_row
    select scope.id, record_id, sobject.id, address.id, NUMBER(seen_at), NUMBER(cleared_at),
        verdict, run.id, boxes.id, nullif(contact_id, '')
    from memory
    join term as run on run.text = memory.run_id
    join term as scope on scope.text = memory.scope
    join term as sobject on sobject.text = memory.sobject
    join term as boxes on boxes.text = memory.boxes
    join address on address.text = memory.address
    order by memory.scope, record_id;
insert into file_sighting_row
    select event_id, run.id, NUMBER(not_before), NUMBER(not_after), raw_date, NUMBER(seen_at)
    from file_sighting
    join term as run on run.text = file_sighting.run_id
    order by event_id;

drop table file_sighting;
drop table event;
drop table change;
drop table memory;

create index event_by_entry on event_row (entry, scope);
create index event_by_first_seen on event_row (scope, first_seen_at);
create index event_pending on event_row (scope, entry) where state = 'pending';
create index event_held on event_row (scope, entry) where state = 'held';

create unique index change_by_record on change_row (record_id, run);
create index change_of_run on change_row (run);
create index change_by_outcome on change_row (run, outcome);
create index change_by_address on change_row (address);
create index change_open on change_row (scope, run) where outcome = 'pending';
create index change_updated on change_row (settled_at) where outcome = 'updated' and is_undo = 0;
create index change_refused on change_row (scope, record_id) where outcome = 'failed';
create index change_held on change_row (scope, run, address) where reason = 'held';
create index change_converted on change_row (scope, address) where reason = 'converted';

create index memory_by_address on memory_row (address, scope, verdict);
create index memory_by_verdict on memory_row (scope, verdict) where verdict is not null;

create index file_sighting_by_run on file_sighting_row (run);

create view event as
    select event_row.id, scope.text as scope, source.text as source, kind.text as kind,
        entry.text as entry, coalesce(event_row.shown, entry.text) as shown, event_row.is_domain,
        TEXT(event_row.not_before) as not_before, TEXT(event_row.not_after) as not_after,
        event_row.raw_date, TEXT(event_row.first_seen_at) as first_seen_at,
        TEXT(event_row.last_seen_at) as last_seen_at, brought_by.text as brought_by,
        event_row.state, TEXT(event_row.reopened_at) as reopened_at,
        TEXT(event_row.reported_at) as reported_at,
        TEXT(event_row.resubscribed_at) as resubscribed_at
    from event_row
    join term as scope on scope.id = event_row.scope
    join term as source on source.id = event_row.source
    join term as kind on kind.id = event_row.kind
    join term as brought_by on brought_by.id = event_row.brought_by
    join address as entry on entry.id = event_row.entry;

create view change as
    select change_row.id, run.text as run_id, scope.text as scope, sobject.text as sobject,
        change_row.record_id, address.text as address, change_row.outcome, change_row.reason,
        change_row.message, TEXT(change_row.modified_at) as modified_at,
        TEXT(change_row.planned_at) as planned_at, TEXT(change_row.sent_at) as sent_at,
        TEXT(change_row.settled_at) as settled_at, TEXT(change_row.arrived_at) as arrived_at,
        change_row.arrived_new, change_row.is_undo, change_row.was_partly_set
    from change_row
    join term as run on run.id = change_row.run
    join term as scope on scope.id = change_row.scope
    join term as sobject on sobject.id = change_row.sobject
    join address on address.id = change_row.address;

create view memory as
    select scope.text as scope, memory_row.record_id, sobject.text as sobject,
        address.text as address, TEXT(memory_row.seen_at) as seen_at,
        TEXT(memory_row.cleared_at) as cleared_at, memory_row.verdict, run.text as run_id,
        boxes.text as boxes, coalesce(memory_row.contact_id, '') as contact_id
    from memory_row
    join term as scope on scope.id = memory_row.scope
    join term as sobject on sobject.id = memory_row.sobject
    join term as run on run.id = memory_row.run
    join term as boxes on boxes.id = memory_row.boxes
    join address on address.id = memory_row.address;

create view file_sighting as
    select event_id, run.text as run_id, TEXT(not_before) as not_before,
        TEXT(not_after) as not_after, raw_date, TEXT(seen_at) as seen_at
    from file_sighting_row
    join term as run on run.id = file_sighting_row.run;
"""

_NUMBER = re.compile(r"NUMBER\((\w+)\)")
_TEXT = re.compile(r"TEXT\(([\w.]+)\)")
# Whole seconds, so that the rest of a second isn't rounded.
_AS_NUMBER = r"(strftime('%s', substr(\1, 1, 19)) * 1000000 + substr(\1, 21, 6))"
_PART = r"((\1 % 1000000 + 1000000) % 1000000)"
_AS_TEXT = (
    rf"(strftime('%Y-%m-%dT%H:%M:%S', (\1 - {_PART}) / 1000000, 'unixepoch') || "
    rf"printf('.%06dZ', {_PART}))"
)

_BULK_JOBS = """
create table bulk_job (                  -- a Bulk 2.0 job that a run writes records with
    id text not null primary key,        -- Salesforce's, 18 characters
    run_id text not null references run (id),
    scope text not null,
    sobject text not null,
    noted_at text not null,              -- before its rows are uploaded
    starting_at text,                    -- before it's started; until then nothing is written
    over_at text                         -- when each of its rows is settled
) strict, without rowid;
create index bulk_job_left on bulk_job (scope) where over_at is null;
create index bulk_job_of_run on bulk_job (run_id);
"""


_WAITS = """
create table run_wait (                  -- the waits from unsubscribe to opt-out, by their run
    run_id text not null primary key,
    ended_at integer not null,
    counts text not null check (json_valid(counts))  -- [minutes at most, records, at least]
) strict;
create index run_wait_by_end on run_wait (ended_at);
"""
# The waits of earlier runs, as lib/store/waits.py worked them out then: a migration never changes.
_FILL_WAITS = """
    insert or replace into run_wait (run_id, ended_at, counts)
    with good_run as (
        select scope.id as scope, min(started_at) as started_at, min(finished_at) as finished_at
        from run
        join term as scope on scope.text = run.scope
        where status in ('succeeded', 'partial')
        group by scope.id
    ),
    first_run as materialized (
        select scope,
            strftime('%s', substr(started_at, 1, 19)) * 1000000 + substr(started_at, 21, 6)
                as started_at,
            strftime('%s', substr(finished_at, 1, 19)) * 1000000 + substr(finished_at, 21, 6)
                as finished_at
        from good_run
    ),
    ticked as (
        select change_row.run, change_row.scope, change_row.record_id, change_row.settled_at,
            first_run.started_at, (
            select event_row.id from event_row indexed by event_by_entry
            where event_row.entry = change_row.address and event_row.scope = change_row.scope
              and event_row.first_seen_at <= change_row.settled_at
              and event_row.state <> 'withdrawn'
            order by event_row.first_seen_at desc, event_row.not_after desc
            limit 1
        ) as event_id
        from term as the_run
        cross join change_row indexed by change_by_outcome
            on change_row.run = the_run.id and change_row.outcome = 'updated'
        join first_run
            on first_run.scope = change_row.scope
            and change_row.settled_at > first_run.finished_at
        where the_run.text in (select id from run where scope is not null)
          and change_row.is_undo = 0 and change_row.arrived_at is null
    ),
    waited as (
        select ticked.run, ticked.settled_at,
            max(0, ticked.settled_at - event_row.not_before + 59999999) / 60000000 as at_most,
            max(0, ticked.settled_at - event_row.not_after) / 60000000 as at_least
        from ticked
        join event_row on event_row.id = ticked.event_id
        where event_row.not_before >= ticked.started_at
          and not exists (
              select 1 from change_row as earlier indexed by change_by_record
              where earlier.scope = ticked.scope and earlier.record_id = ticked.record_id
                and earlier.outcome = 'updated' and earlier.is_undo = 0
                and earlier.settled_at >= event_row.first_seen_at
                and earlier.settled_at < ticked.settled_at
          )
    ),
    counted as (
        select run, at_most, max(at_least) as at_least, count(*) as records,
            max(settled_at) as ended_at
        from waited
        group by run, at_most
    )
    select run.text, max(ended_at), json_group_array(json_array(at_most, records, at_least))
    from counted
    join term as run on run.id = counted.run
    group by run.text;
"""

# What changes the state of a person deletes their thousand's count: lib/store/people_counts.py.
_PEOPLE_COUNTS = """
create table people_count (              -- how many of a thousand people are in each state
    scope integer not null,
    thousand integer not null,           -- of the numbers of their addresses, divided by 1024
    counts text not null check (json_valid(counts)),  -- see lib/store/people_counts.py
    primary key (scope, thousand)
) strict, without rowid;
create trigger event_added after insert on event_row begin
    delete from people_count where scope = new.scope and thousand = new.entry >> 10;
end;
create trigger event_gone after delete on event_row begin
    delete from people_count where scope = old.scope and thousand = old.entry >> 10;
end;
create trigger event_changed
    after update of scope, entry, is_domain, state, resubscribed_at on event_row
    when (old.scope, old.entry, old.is_domain, old.state, old.resubscribed_at is null)
        is not (new.scope, new.entry, new.is_domain, new.state, new.resubscribed_at is null)
begin
    delete from people_count where scope = old.scope and thousand = old.entry >> 10;
    delete from people_count where scope = new.scope and thousand = new.entry >> 10;
end;
create trigger memory_added after insert on memory_row begin
    delete from people_count where scope = new.scope and thousand = new.address >> 10;
end;
create trigger memory_gone after delete on memory_row begin
    delete from people_count where scope = old.scope and thousand = old.address >> 10;
end;
create trigger memory_changed
    after update of scope, address, verdict on memory_row
    when (old.scope, old.address, old.verdict) is not (new.scope, new.address, new.verdict)
begin
    delete from people_count where scope = old.scope and thousand = old.address >> 10;
    delete from people_count where scope = new.scope and thousand = new.address >> 10;
end;
"""

_CLEARED = """
create index memory_cleared on memory_row (scope, record_id) where cleared_at is not null;
"""


def _run_script(db: Executes, script: str) -> None:
    """Run each statement of a script. A statement ends at the end of a line.

    sqlite3's `executescript` would commit first. The one of sqlite-utils looks for the ends letter
    by letter, which takes most of the time for creating a log.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if ";" in line and complete_statement(statement):
            db.execute(statement)
            statement = ""
    assert not statement.strip(), statement  # noqa: S101 - our script has no ; at its end


def m0001_the_log(db: Executes) -> None:
    """Connections, ledger, runs."""
    for script in (_CONNECTIONS, _LEDGER, _RUNS):
        _run_script(db, script)


def m0002_lists(db: Executes) -> None:
    """Saved lists, pulls, hand-overs; a connection's own opt-out field."""
    _run_script(db, _LISTS)


def m0003_files(db: Executes) -> None:
    """Who in a file asked: how a run decided it, and what a person answered for files like it."""
    _run_script(db, _FILES)


def m0004_schedules(db: Executes) -> None:
    """When runs start by themselves, the times taken care of, and who watches the clock."""
    _run_script(db, _SCHEDULES)


def m0005_alerts(db: Executes) -> None:
    """Alerts: their causes, what was sent to each receiver, and receivers of a connection."""
    _run_script(db, _ALERTS)


def m0006_several_connections(db: Executes) -> None:
    """Another org than before, and a pause by a person."""
    _run_script(db, _SEVERAL_CONNECTIONS)


def m0007_late_arrivals(db: Executes) -> None:
    """Records that came to have an address long after it unsubscribed."""
    _run_script(db, _LATE_ARRIVALS)


def m0008_permission_sets(db: Executes) -> None:
    """The permission set that gives a connection's user the rights it needs."""
    _run_script(db, _PERMISSION_SETS)


def m0009_timers(db: Executes) -> None:
    """A cron line or a systemd timer that looks what is due every few minutes."""
    _run_script(db, _TIMERS)


def m0010_doctor(db: Executes) -> None:
    """The org's edition, and who is on converted Leads."""
    _run_script(db, _DOCTOR)


def m0011_memory_of_people(db: Executes) -> None:
    """Which boxes of a record were seen set, and the Contact of a person account."""
    _run_script(db, _MEMORY_OF_PEOPLE)


def m0012_full_comparisons(db: Executes) -> None:
    """Runs that compared everything, not only what was new."""
    _run_script(db, _FULL_COMPARISONS)


def m0013_domains(db: Executes) -> None:
    """What people decided about whole domains."""
    _run_script(db, _DOMAINS)


def m0014_made_keys(db: Executes) -> None:
    """Private keys and certificates made for signing in to Salesforce."""
    _run_script(db, _MADE_KEYS)


def m0015_waiting(db: Executes) -> None:
    """Connections that wait for missing rights."""
    _run_script(db, _WAITING)


def m0016_resubscribed(db: Executes) -> None:
    """Addresses that were taken off the source's list."""
    _run_script(db, _RESUBSCRIBED)


def m0017_connection_settings(db: Executes) -> None:
    """A connection's own safety limit, and what is copied."""
    _run_script(db, _CONNECTION_SETTINGS)


def m0018_undo(db: Executes) -> None:
    """Runs that take another run back, and which file named which event."""
    _run_script(db, _UNDO)


def m0019_mass_clearings(db: Executes) -> None:
    """Many boxes cleared at once, and who confirmed them."""
    _run_script(db, _MASS_CLEARINGS)


def m0020_own_field(db: Executes) -> None:
    """The opt-out field of a run, and records that already had one of two fields set."""
    _run_script(db, _OWN_FIELD)


def m0021_alert_choices(db: Executes) -> None:
    """Links in alerts that outlive a renaming, and kinds of alerts that are switched off."""
    _run_script(db, _ALERT_CHOICES)


def m0022_refused_sources(db: Executes) -> None:
    """Accounts of a source that were refused, so that they aren't tried again."""
    _run_script(db, _REFUSED_SOURCES)


def m0023_operations(db: Executes) -> None:
    """What the steps of a run cost, its forecast, and a connection's own cap of API calls."""
    _run_script(db, _OPERATIONS)


def m0024_smaller_rows(db: Executes) -> None:
    """Numbers for texts and times that come in many rows: the log takes a third of the space."""
    _run_script(db, _SMALLER_ROWS)
    _run_script(db, _TEXT.sub(_AS_TEXT, _NUMBER.sub(_AS_NUMBER, _FILL_SMALLER_ROWS)))


def m0025_bulk_jobs(db: Executes) -> None:
    """Bulk jobs that runs write with."""
    _run_script(db, _BULK_JOBS)


def m0026_waits(db: Executes) -> None:
    """How long people waited, kept for each run."""
    _run_script(db, _WAITS)
    _run_script(db, _FILL_WAITS)


def m0027_people_counts(db: Executes) -> None:
    """How many people are in each state, kept for a thousand people at a time."""
    _run_script(db, _PEOPLE_COUNTS)


def m0028_cleared(db: Executes) -> None:
    """The records whose box was cleared, found without looking at all that are remembered."""
    _run_script(db, _CLEARED)


MIGRATIONS: tuple[Callable[[Executes], None], ...] = (
    m0001_the_log,
    m0002_lists,
    m0003_files,
    m0004_schedules,
    m0005_alerts,
    m0006_several_connections,
    m0007_late_arrivals,
    m0008_permission_sets,
    m0009_timers,
    m0010_doctor,
    m0011_memory_of_people,
    m0012_full_comparisons,
    m0013_domains,
    m0014_made_keys,
    m0015_waiting,
    m0016_resubscribed,
    m0017_connection_settings,
    m0018_undo,
    m0019_mass_clearings,
    m0020_own_field,
    m0021_alert_choices,
    m0022_refused_sources,
    m0023_operations,
    m0024_smaller_rows,
    m0025_bulk_jobs,
    m0026_waits,
    m0027_people_counts,
    m0028_cleared,
)
