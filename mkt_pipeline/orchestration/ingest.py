"""Assets of the way in: the inbox, one asset per platform, the quarantine, and the lake's datasets.

What is here: specs and the two steps that call ``exports.land`` and ``plan.sync``, with what a user wants to
see of them. What is not: how a file is recognised or read, what a plan means.

Landing is one step for all platforms, although each is an asset of its own: Dagster skips a step as soon as
one of its inputs was skipped, so platforms that got no file today would keep the others from the marts.
Within one step a platform is materialized only when a file of it landed, which is what its freshness policy
must judge.
"""

# No postponed annotations here: Dagster reads the type of a step's context as it stands.

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from mkt_pipeline import exports, lake, plan
from mkt_pipeline.errors import MktError
from mkt_pipeline.exports import Catalog, LandResult, Receipt
from mkt_pipeline.exports.catalog import Platform
from mkt_pipeline.exports.pull import PullResult, due, pull
from mkt_pipeline.orchestration.steps import RESULT_METADATA, table, tell, user_errors
from mkt_pipeline.workspace import Workspace

INBOX = dg.AssetKey(["exports", "inbox"])
QUARANTINE = dg.AssetKey(["exports", "quarantine"])
PLAN = dg.AssetKey(["plan"])

GROUPS = {
    "sem": "ingest_sem",
    "display": "ingest_sem",
    "shop_ads": "ingest_sem",
    "paid_social": "ingest_social",
    "organic_social": "ingest_social",
    "kol": "ingest_social",
    "seo": "ingest_seo",
    "email": "ingest_email",
    "sms": "ingest_email",
}
"""Group of a platform by its channel; every other channel is web traffic."""

ROWS_CHECK = "all_rows_landed"
NEWEST_CHECK = "newest_day_in_time"
HEADER_CHECK = "header_as_before"
QUARANTINE_CHECK = "nothing_in_quarantine"
PULL_CHECK = "sources_answered"


def platform_key(platform: str) -> dg.AssetKey:
    """The asset of a platform's exports."""
    return dg.AssetKey(["exports", platform])


def dataset_key(dataset: str) -> dg.AssetKey:
    """The asset of a dataset; dbt's sources name the same key."""
    return dg.AssetKey(["lake", dataset])


def build_landing(workspace: Workspace, catalog: Catalog) -> dg.AssetsDefinition:
    """The step ``land_exports``: inbox, platforms, quarantine, and the datasets they feed."""
    platforms = list(catalog.platforms.values())

    @dg.multi_asset(
        name="land_exports",
        specs=[
            _inbox_spec(),
            *map(_platform_spec, platforms),
            _quarantine_spec(),
            *_dataset_specs(platforms),
        ],
        check_specs=[*_check_specs(platforms)],
        can_subset=True,
    )
    def land_exports(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        """收取导出文件 | Land or quarantine what lies in the inbox."""
        with user_errors():
            workspace.create_folders()
            pulls = _pull(context, workspace)
            results = _land(context, workspace)
            exports.write_platforms(workspace)
            lake.ensure_contracts(workspace)
            receipts = exports.receipts(workspace)
        tell(context, _landing_summary(results))
        selected = context.selected_asset_keys
        if INBOX in selected:
            # One version for ever: what arrived for one platform makes no other platform look out of date.
            yield dg.MaterializeResult(
                INBOX, metadata=_inbox_metadata(results, pulls), data_version=dg.DataVersion("inbox")
            )
            yield from _pull_check(pulls)
        for platform in platforms:
            if platform_key(platform.platform) in selected:
                yield from _platform_results(workspace, platform, results, receipts)
        if QUARANTINE in selected:
            yield from _quarantine_results(workspace, results)
        for name in _LANDED_DATASETS:
            if dataset_key(name) in selected:
                yield _dataset_result(workspace, name, receipts)

    return land_exports


def build_plan(workspace: Workspace) -> dg.AssetsDefinition:
    """The step ``sync_plans``: plans, settings and rates as datasets of the lake."""

    @dg.multi_asset(name="sync_plans", specs=_plan_specs(), can_subset=True)
    def sync_plans(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        """读取计划、设置与汇率 | read plans, settings and exchange rates into the lake."""
        with user_errors():
            plan.sync(workspace)
            plans = plan.load_plans(workspace)
        day = workspace.settings.report_date()
        tell(context, f"{len(plans)} 份计划，报告日 {day} | {len(plans)} plans, report date {day}")
        if PLAN in context.selected_asset_keys:
            yield dg.MaterializeResult(PLAN, metadata=_plan_metadata(workspace, plans))
        for dataset in lake.PLAN_DATASETS:
            if dataset_key(dataset.name) in context.selected_asset_keys:
                yield dg.MaterializeResult(
                    dataset_key(dataset.name),
                    metadata={"path": dg.MetadataValue.path(str(lake.folder(workspace, dataset.name)))},
                    data_version=_content_version(workspace, dataset.name),
                )

    return sync_plans


_LANDED_DATASETS = tuple(
    dataset.name for dataset in (*lake.EXPORT_DATASETS, *lake.FILE_DATASETS)
)  # fmt: skip
"""Datasets the landing step writes; the others come from plans and settings."""


def _pull(context: dg.AssetExecutionContext, workspace: Workspace) -> list[PullResult]:
    """Fetch the sources that are due; what fails is told, and the run goes on with what there is.

    A run of single assets was asked for by name, and no source is one.
    """
    if context.is_subset or not workspace.settings.sources:
        return []
    try:
        return pull(workspace, due(workspace), on_result=lambda result: tell(context, _pull_line(result)))
    except MktError as error:
        tell(context, str(error))
        return [PullResult("(all)", "failed", error=error)]


def _pull_line(result: PullResult) -> str:
    if result.error:
        return f"{result.name}: {result.error}"
    return f"{result.name}: {result.file_name or 'nothing new'}"


def _pull_check(pulls: Sequence[PullResult]) -> Iterator[dg.AssetCheckResult]:
    """A warning for the sources that failed; nothing where none was asked."""
    failed = [(result.name, result.error) for result in pulls if result.error]
    if pulls:
        yield dg.AssetCheckResult(
            asset_key=INBOX,
            check_name=PULL_CHECK,
            passed=not failed,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(failed)} of {len(pulls)} sources failed",
            metadata={
                "failed": table(
                    {"source": name, "found": error.found, "fix": error.fix, "code": error.code}
                    for name, error in failed
                )
            },
        )


def _land(context: dg.AssetExecutionContext, workspace: Workspace) -> list[LandResult]:
    """Land the whole inbox, or only the files of the platforms that were selected."""

    def on_result(result: LandResult) -> None:
        tell(context, _file_line(result))

    if not context.is_subset:
        return exports.land(workspace, on_result=on_result)
    chosen = [key.path[1] for key in context.selected_asset_keys if key.path[0] == "exports"]
    names = [
        exports.UNKNOWN if name == QUARANTINE.path[1] else name for name in chosen if name != INBOX.path[1]
    ]
    return [
        result
        for name in sorted(names)
        for result in exports.land(workspace, platform=name, on_result=on_result)
    ]


def _inbox_spec() -> dg.AssetSpec:
    return dg.AssetSpec(
        INBOX,
        description="收件箱 | What arrived with the last run, and what became of each file. Drop the "
        "platforms' exports into `inbox/` as they are: csv, tsv, xlsx, zip, in any language and encoding.",
        group_name="ingest",
        kinds={"csv", "excel"},
        skippable=True,
    )


def _quarantine_spec() -> dg.AssetSpec:
    return dg.AssetSpec(
        QUARANTINE,
        deps=[INBOX],
        description="隔离区 | Files that were refused, each with the reason and the fix. Nothing is lost: "
        "mend the file or add a catalog entry, and drop it into `inbox/` again.",
        group_name="ingest",
        kinds={"csv", "excel"},
        skippable=True,
    )


def _platform_spec(platform: Platform) -> dg.AssetSpec:
    reports = ", ".join(dict.fromkeys(f"`{rule.report}`" for rule in platform.reports))
    return dg.AssetSpec(
        platform_key(platform.platform),
        deps=[INBOX],
        description=f"{_name(platform)}. Materialized when a file lands. Reports: {reports}",
        group_name=GROUPS.get(platform.channel, "ingest_web"),
        kinds={"csv", "excel"},
        tags={"channel": platform.channel},
        freshness_policy=_freshness(platform),
        skippable=True,
    )


def _name(platform: Platform) -> str:
    english = platform.name.get("en", platform.platform)
    return f"{platform.name.get('zh', english)} | {english}"


def _freshness(platform: Platform) -> dg.FreshnessPolicy:
    """Late when no file landed for as long as the catalog allows, and failed after twice that."""
    allowed = dt.timedelta(days=platform.freshness_days + 1)
    return dg.FreshnessPolicy.time_window(warn_window=allowed, fail_window=2 * allowed)


def _dataset_specs(platforms: Sequence[Platform]) -> Iterator[dg.AssetSpec]:
    feeders: dict[str, list[dg.AssetKey]] = {
        dataset.name: [
            platform_key(platform.platform)
            for platform in platforms
            if dataset.name in {report.dataset for report in platform.reports}
        ]
        for dataset in lake.EXPORT_DATASETS
    }
    feeders["landed_file"] = [platform_key(platform.platform) for platform in platforms]
    feeders["quarantined_file"] = [QUARANTINE]
    for name in _LANDED_DATASETS:
        yield _dataset_spec(name, feeders.get(name, []))


def _plan_specs() -> list[dg.AssetSpec]:
    head = dg.AssetSpec(
        PLAN,
        description="计划 | Campaign plans (`plans/*.yml`), settings (`mkt.yml`) and exchange rates "
        "(`fx_rates.csv`).",
        group_name="plan",
        kinds={"yaml"},
        skippable=True,
    )
    return [head, *(_dataset_spec(dataset.name, [PLAN]) for dataset in lake.PLAN_DATASETS)]


def _dataset_spec(name: str, deps: Sequence[dg.AssetKey]) -> dg.AssetSpec:
    dataset = lake.DATASETS[name]
    columns = [dg.TableColumn(column.name, column.type, column.description) for column in dataset.columns]
    return dg.AssetSpec(
        dataset_key(name),
        deps=deps,
        description=dataset.description,
        group_name="lake",
        kinds={"parquet"},
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
        skippable=True,
    )


def _check_specs(platforms: Sequence[Platform]) -> Iterator[dg.AssetCheckSpec]:
    for platform in platforms:
        yield dg.AssetCheckSpec(
            ROWS_CHECK,
            asset=platform_key(platform.platform),
            description="每行都已入库 | Every row of every file landed; what was refused is named.",
        )
        yield dg.AssetCheckSpec(
            HEADER_CHECK,
            asset=platform_key(platform.platform),
            description="表头未变 | The files that landed have the headers of earlier exports. If not: see "
            "whether the platform renamed a column the numbers need.",
        )
        yield dg.AssetCheckSpec(
            NEWEST_CHECK,
            asset=platform_key(platform.platform),
            description=f"数据够新 | The newest day is at most {platform.freshness_days} days before the "
            "report date. If not: export the missing days and drop the file into the inbox.",
        )
    yield dg.AssetCheckSpec(
        PULL_CHECK,
        asset=INBOX,
        description="来源均已答复 | Every source of `mkt.yml` that was due gave its export, or had nothing "
        "new. If not: its row names the reason and the fix; `mkt pull NAME` asks again.",
    )
    yield dg.AssetCheckSpec(
        QUARANTINE_CHECK,
        asset=QUARANTINE,
        description="无待处理文件 | No file was refused in this run. If one was: its row names the reason "
        "and the fix.",
    )


def _platform_results(
    workspace: Workspace, platform: Platform, results: Iterable[LandResult], receipts: Sequence[Receipt]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """A materialization when a file landed; checks of every platform that has ever sent one."""
    ours = [result for result in results if result.platform == platform.platform]
    landed = [result for result in ours if result.status == "landed"]
    known = [receipt for receipt in receipts if receipt.platform == platform.platform]
    newest = max((receipt.date_to for receipt in known if receipt.date_to), default=None)
    if landed:
        yield dg.MaterializeResult(
            platform_key(platform.platform),
            metadata=_platform_metadata(landed, known, newest),
            data_version=_version(receipt.file_id for receipt in known),
        )
        changes = [change for result in landed for change in result.header_changes]
        yield dg.AssetCheckResult(
            asset_key=platform_key(platform.platform),
            check_name=HEADER_CHECK,
            passed=not changes,
            severity=dg.AssetCheckSeverity.WARN,
            description="; ".join(changes) or "no header changed",
        )
    refused = [result for result in ours if result.status == "quarantined"]
    rejected = sum(receipt.rejected_count for receipt in known)
    if not (known or refused):
        return
    yield dg.AssetCheckResult(
        asset_key=platform_key(platform.platform),
        check_name=ROWS_CHECK,
        passed=not refused and not rejected,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{rejected} rows refused in all files, {len(refused)} files refused in this run",
        metadata={
            "refused files": table(_file_row(result) for result in refused),
            "refused rows": table(_rejects(known), limit=5),
        },
    )
    if newest is not None:
        late = (workspace.settings.report_date() - newest).days
        yield dg.AssetCheckResult(
            asset_key=platform_key(platform.platform),
            check_name=NEWEST_CHECK,
            passed=late <= platform.freshness_days,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"newest day {newest}, {late} days before the report date",
            metadata={"days before report date": late, "allowed": platform.freshness_days},
        )


def _platform_metadata(
    landed: Sequence[LandResult], receipts: Sequence[Receipt], newest: dt.date | None
) -> dict[str, Any]:
    ids = {result.file_id for result in landed}
    totals: Counter[str] = Counter()
    for result in landed:
        totals.update({name: float(value) for name, value in result.totals.items()})
    return {
        "dagster/row_count": sum(result.rows for result in landed),
        "rejected rows": sum(result.rejected for result in landed),
        "first day": min((result.date_from for result in landed if result.date_from), default="—"),
        "newest day": _day(newest),
        **{
            f"total {name}": round(float(totals[name]), 6)
            for name in ("spend", "clicks", "conversions")
            if name in totals
        },
        "files": table(_file_row(result) for result in landed),
        "rejected (first 5)": table(
            _rejects(receipt for receipt in receipts if receipt.file_id in ids), limit=5
        ),
    }


def _rejects(receipts: Iterable[Receipt]) -> Iterator[Mapping[str, Any]]:
    for receipt in receipts:
        for reject in receipt.rejects:
            yield {"file": receipt.file_name, **reject}


def _inbox_metadata(results: Sequence[LandResult], pulls: Sequence[PullResult]) -> dict[str, Any]:
    counts: Counter[str] = Counter(result.status for result in results)
    return {
        **{status: counts[status] for status in ("landed", "duplicate", "quarantined", "waiting")},
        "files": table(_file_row(result) for result in results),
        **({"sources": table(_pull_row(result) for result in pulls)} if pulls else {}),
        RESULT_METADATA: dg.MetadataValue.json(
            {
                "files": [result.to_dict() for result in results],
                "pulls": [result.to_dict() for result in pulls],
            }
        ),
    }


def _pull_row(result: PullResult) -> Mapping[str, Any]:
    return {
        "source": result.name,
        "status": result.status,
        "file": result.file_name,
        "bytes": result.bytes,
        "error": str(result.error or ""),
    }


def _quarantine_results(
    workspace: Workspace, results: Sequence[LandResult]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    refused = [result for result in results if result.status == "quarantined"]
    reasons = table(
        {"file": result.path.name, "found": error.found, "fix": error.fix, "code": error.code}
        for result in refused
        if (error := result.error)
    )
    if refused:
        yield dg.MaterializeResult(
            QUARANTINE,
            metadata={
                "files": len(refused),
                "reasons": reasons,
                "path": dg.MetadataValue.path(str(workspace.quarantine)),
            },
        )
    yield dg.AssetCheckResult(
        asset_key=QUARANTINE,
        check_name=QUARANTINE_CHECK,
        passed=not refused,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(refused)} files refused",
        metadata={"reasons": reasons},
    )


def _dataset_result(
    workspace: Workspace, name: str, receipts: Sequence[Receipt]
) -> dg.MaterializeResult[Any]:
    """Counts from the receipts; the version changes only with the files, so that nothing downstream looks
    stale."""
    metadata: dict[str, Any] = {"path": dg.MetadataValue.path(str(lake.folder(workspace, name)))}
    ours = receipts if name == "landed_file" else [receipt for receipt in receipts if receipt.dataset == name]
    if name not in {dataset.name for dataset in lake.FILE_DATASETS}:
        metadata |= {
            "dagster/row_count": sum(receipt.row_count or 0 for receipt in ours),
            "first day": _day(
                min((receipt.date_from for receipt in ours if receipt.date_from), default=None)
            ),
            "newest day": _day(max((receipt.date_to for receipt in ours if receipt.date_to), default=None)),
        }
    metadata["files"] = len({receipt.file_id for receipt in ours})
    return dg.MaterializeResult(
        dataset_key(name), metadata=metadata, data_version=_version(receipt.file_id for receipt in ours)
    )


def _plan_metadata(workspace: Workspace, plans: Sequence[plan.CampaignPlan]) -> dict[str, Any]:
    settings = workspace.settings
    return {
        "campaigns": len(plans),
        "report date": _day(settings.report_date()),
        "reporting currency": settings.reporting_currency,
        "plans": table(
            {
                "campaign": item.id,
                "名称": item.campaign.name.chinese,
                "from": item.campaign.start,
                "to": item.campaign.end,
                "budget": item.budget,
                "goals": ", ".join(goal.metric for goal in item.goals),
            }
            for item in plans
        ),
    }


def _file_row(result: LandResult) -> Mapping[str, Any]:
    return {
        "file": result.path.name,
        "status": result.status,
        "report": f"{result.platform or '?'}/{result.report or '?'}",
        "rows": result.rows,
        "rejected": result.rejected,
        "from": result.date_from,
        "to": result.date_to,
        "hash": (result.file_id or "")[:12],
    }


def _file_line(result: LandResult) -> str:
    if result.status == "landed":
        return f"{result.path.name}: {result.platform}/{result.report}, {result.rows:,} rows"
    return f"{result.path.name}: {result.status}{f' ({result.error})' if result.error else ''}"


_STATUS_WORDS = {"landed": "入库", "duplicate": "重复", "quarantined": "隔离", "waiting": "等待"}


def _landing_summary(results: Sequence[LandResult]) -> str:
    if not results:
        return "收件箱为空 | nothing new in the inbox"
    counts = Counter(result.status for result in results)
    chinese = "，".join(f"{_STATUS_WORDS[status]} {number}" for status, number in counts.items())
    return f"{chinese} | " + ", ".join(f"{number} {status}" for status, number in counts.items())


def _version(parts: Iterable[str]) -> dg.DataVersion:
    return dg.DataVersion(hashlib.sha256("\n".join(sorted(set(parts))).encode()).hexdigest()[:16])


def _content_version(workspace: Workspace, dataset: str) -> dg.DataVersion:
    files = sorted(lake.folder(workspace, dataset).glob("*.parquet"))
    return dg.DataVersion(hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16])


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else "—"
