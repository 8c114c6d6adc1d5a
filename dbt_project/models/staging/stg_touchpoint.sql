-- Exports of touches overlap, and a touch has no id. Two rows of one file are two touches, however
-- alike: the running number among equal rows of a file tells them apart, and the same number in
-- another file is the same touch, whose newest statement counts. A touch that a newer file no
-- longer holds stays: it may hold only clicks, or begin in the middle of a day.
{%- set identity = [
    "platform",
    "account_id",
    "visitor_hash",
    "touched_at",
    "touch_type",
    "source",
    "medium",
    "utm_campaign",
    "channel_id",
    "campaign_name",
    "order_id",
] %}
{%- set measures = ["conversions", "conversion_value", "touch_cost"] %}
with
    {{ newest_statement_ctes("touchpoint", dimensions=[], sums={"row_count": "count(*)"}) }},

    cleaned as (
        select
            file_id,
            part,
            row_number,
            exported_at,
            landed_at,
            platform,
            known_account_id as account_id,
            coalesce(nullif(trim(visitor_hash), ''), '(unknown)') as visitor_hash,
            coalesce(touched_at, cast(period_start as timestamp)) as touched_at,
            case
                lower(trim(touch_type))
                when '曝光'
                then 'impression'
                when '展示'
                then 'impression'
                when '展现'
                then 'impression'
                when 'view'
                then 'impression'
                when '点击'
                then 'click'
                when '访问'
                then 'visit'
                when '转化'
                then 'conversion'
                else coalesce(nullif(lower(trim(touch_type)), ''), '(unknown)')
            end as touch_type,
            nullif(lower(trim(source)), '') as source,
            nullif(lower(trim(medium)), '') as medium,
            nullif(trim(utm_campaign), '') as utm_campaign,
            nullif(lower(trim(channel_id)), '') as channel_id,
            nullif(trim(campaign_name), '') as campaign_name,
            nullif(trim(order_id), '') as order_id,
            known_currency_code as currency_code,
            {{ measures | join(", ") }}
        from described
    ),

    keyed as (
        select
            *,
            md5(
                concat_ws(
                    '|',
                    {%- for name in identity %}
                        coalesce(cast({{ name }} as varchar(1000)), '~')
                        {%- if not loop.last %},{% endif %}
                    {%- endfor %}
                )
            ) as same_rows
        from cleaned
    ),

    numbered as (
        select
            *,
            row_number() over (
                partition by same_rows, file_id order by part nulls first, row_number
            ) as running_number
        from keyed
    ),

    newest_touch as (
        select *
        from numbered
        qualify
            row_number() over (
                partition by same_rows, running_number
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
    ),

    -- An order, or a count of conversions, makes a conversion; a stated 0 takes it back.
    judged as (
        select
            *,
            coalesce(
                conversions > 0, touch_type = 'conversion' or order_id is not null
            ) as is_conversion
        from newest_touch
    ),

    final as (
        select
            concat(same_rows, '-', cast(running_number as varchar(10))) as touch_id,
            {{ identity | join(", ") }},
            cast(touched_at as date) as date_day,
            is_conversion,
            case
                when is_conversion then coalesce(conversions, {{ money("1") }}) else conversions
            end as conversions,
            conversion_value,
            touch_cost,
            currency_code,
            row_number,
            file_id,
            exported_at,
            landed_at
        from judged
    )

select *
from final
