-- What each file says of each entity, action, window and period; core settles which statement
-- counts. Windows that a connector writes as columns of their own become rows of their own: they
-- stand in `extra`, and hold values where the row itself holds a value.
{%- set texts = [
    "level",
    "campaign_id",
    "campaign_name",
    "ad_group_id",
    "ad_group_name",
    "ad_id",
    "ad_name",
    "keyword_id",
    "keyword",
    "conversion_action",
    "conversion_category",
] %}
{%- set names = texts + ["window_words", "period_start", "period_end"] %}
{%- set own_windows = {
    "1d_click": "_1_d_click",
    "7d_click": "_7_d_click",
    "28d_click": "_28_d_click",
} %}
{%- set derived = {"window_words": "nullif(trim(with_account.attribution_window), '')"} %}
{%- set sums = money_sums(conversion_measures()) %}
{%- for window, key in own_windows.items() %}
    {%- do sums.update(
        {
            "of_"
            ~ window: "cast(sum(case when extra like '%_click%' then "
            ~ json_number("extra", key)
            ~ " end) as decimal(18, 6))"
        }
    ) %}
{%- endfor %}
with
    {{
        newest_statement_ctes(
            "ad_conversion",
            dimensions=names,
            derived=derived,
            attributes=["account_name"],
            sums=sums,
        )
    }},

    basis as (select * from {{ ref("conversion_basis") }}),

    statement as (
        select
            file_id,
            exported_at,
            landed_at,
            platform,
            account_id,
            {{ names | join(", ") }},
            currency_code,
            {{ conversion_measures() | join(", ") }}
        from per_file
        {%- for window in own_windows %}
            union all
            select
                file_id,
                exported_at,
                landed_at,
                platform,
                account_id,
                {{ texts | join(", ") }},
                '{{ window }}' as window_words,
                period_start,
                period_end,
                currency_code,
                case
                    when conversions is not null or view_through_conversions is not null
                    then of_{{ window }}
                end as conversions,
                case
                    when conversions is null and view_through_conversions is null
                    then of_{{ window }}
                end as conversion_value,
                cast(null as decimal(18, 6)) as view_through_conversions
            from per_file
            where of_{{ window }} is not null
        {%- endfor %}
    ),

    parsed as (
        select
            statement.*,
            {{ window_days("statement.window_words", click_signs()) }} as click_days,
            {{ window_days("statement.window_words", view_signs()) }} as view_days,
            case
                when
                    lower(statement.window_words) like '%conv%time%'
                    or lower(statement.window_words) like '%conv%date%'
                    or statement.window_words like '%转化时间%'
                    or statement.window_words like '%回传时间%'
                then 'conversion_date'
                when
                    lower(statement.window_words) like '%click time%'
                    or lower(statement.window_words) like '%click date%'
                    or statement.window_words like '%点击时间%'
                    or statement.window_words like '%计费时间%'
                then 'click_date'
                else coalesce(basis.conversion_basis, '(unknown)')
            end as conversion_basis
        from statement
        left join basis on statement.platform = basis.platform
    ),

    final as (
        select
            file_id,
            exported_at,
            landed_at,
            platform,
            account_id,
            level,
            period_start,
            period_end,
            {%- for name in texts if name not in ["level", "conversion_action", "conversion_category"] %}
                nullif(trim({{ name }}), '') as {{ name }},
            {%- endfor %}
            case
                when nullif(trim(conversion_action), '') is not null
                then trim(conversion_action)
                when nullif(trim(conversion_category), '') is not null
                then concat('(category) ', trim(conversion_category))
                else '(unknown)'
            end as conversion_action,
            nullif(trim(conversion_category), '') as conversion_category,
            nullif(trim(conversion_action), '') is null as is_category_total,
            case
                when click_days is not null and view_days is not null
                then
                    concat(
                        cast(click_days as varchar(10)),
                        'd_click_',
                        cast(view_days as varchar(10)),
                        'd_view'
                    )
                when click_days is not null
                then concat(cast(click_days as varchar(10)), 'd_click')
                when view_days is not null
                then concat(cast(view_days as varchar(10)), 'd_view')
                else coalesce(lower(window_words), '(default)')
            end as attribution_window,
            click_days,
            view_days,
            conversion_basis,
            currency_code,
            {{ conversion_measures() | join(", ") }}
        from parsed
    )

select *
from final
