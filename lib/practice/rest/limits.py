"""Limits, record counts, and the list of resources."""

from lib.practice.bulk.ingest_jobs import MOST_BATCHES_A_DAY
from lib.practice.bulk.jobs import MOST_A_DAY
from lib.practice.rest.calls import ApiResponse, Call

_RESOURCES = (
    "composite",
    "jobs",
    "limits",
    "query",
    "queryAll",
    "sobjects",
)
_STEADY = {
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyDurableStreamingApiEvents": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 1_000,
    "DataStorageMB": 1_024,
    "FileStorageMB": 1_024,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyPublishedPlatformEvents": 50_000,
    "HourlyTimeBasedWorkflow": 1_000,
    "MassEmail": 5_000,
    "SingleEmail": 5_000,
}


def list_resources(call: Call) -> ApiResponse:
    """Name → address of every resource in this version; the identity's is absolute."""
    resources = {name: f"{call.root}/{name}" for name in _RESOURCES}
    identity = f"{call.site}/id/{call.org.id}/{call.user_id}"
    return ApiResponse(body=dict(sorted({**resources, "identity": identity}.items())))


def show_limits(call: Call) -> ApiResponse:
    """The org's limits; only the daily API calls and query jobs change here."""
    most = call.org.settings.api_calls_max
    daily = {"Max": most, "Remaining": max(0, most - call.org.meter.used)}
    steady = {name: {"Max": number, "Remaining": number} for name, number in _STEADY.items()}
    jobs = {"Max": MOST_A_DAY, "Remaining": call.jobs.queries.left_today}
    batches = {"Max": MOST_BATCHES_A_DAY, "Remaining": call.jobs.ingests.batches_left_today}
    moving = {
        "DailyApiRequests": daily,
        "DailyBulkApiBatches": batches,
        "DailyBulkV2QueryJobs": jobs,
    }
    return ApiResponse(body=dict(sorted({**moving, **steady}.items())))


def count_records(call: Call) -> ApiResponse:
    """How many rows each sObject has; sObjects without rows are left out."""
    view = call.view
    asked = [name for name in call.query.get("sObjects", "").split(",") if name]
    kinds = [view.type(name) for name in asked] if asked else list(view.types.values())
    with call.org.lock:
        counts = [
            {
                "count": sum(not row.get("IsDeleted") for row in view.rows(kind.name)),
                "name": kind.name,
            }
            for kind in kinds
            if kind
        ]
    return ApiResponse(body={"sObjects": [count for count in counts if count["count"]]})
