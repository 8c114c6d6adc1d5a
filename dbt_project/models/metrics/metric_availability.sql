-- What each platform can state, from the catalog, and what of it files have stated. Receipts
-- total only what may be summed: of the rest it stays open whether a file stated it.
with
    declared as (select * from {{ ref("stg_platform_measure") }}),

    receipt as (select * from {{ ref("stg_landed_file") }} where dataset is not null),

    stated as (
        select
            declared.platform,
            declared.dataset,
            declared.level,
            declared.measure,
            count(distinct receipt.file_id) as files,
            min(receipt.date_from) as first_day,
            max(receipt.date_to) as last_day
        from declared
        inner join
            receipt
            on declared.platform = receipt.platform
            and declared.dataset = receipt.dataset
            and declared.level = receipt.level
        where declared.is_additive and {{ json_has("receipt.totals", "declared.measure") }}
        group by declared.platform, declared.dataset, declared.level, declared.measure
    ),

    final as (
        select
            declared.platform,
            declared.dataset,
            declared.level,
            declared.measure,
            declared.is_additive,
            declared.reports,
            case when declared.is_additive then stated.platform is not null end as is_seen,
            case when declared.is_additive then coalesce(stated.files, 0) end as files,
            stated.first_day,
            stated.last_day
        from declared
        left join
            stated
            on declared.platform = stated.platform
            and declared.dataset = stated.dataset
            and declared.level = stated.level
            and declared.measure = stated.measure
    )

select *
from final
