{#-
  The newest statement per key of a lake dataset, as the CTEs `landed … newest` of a `with` clause.

  Rows of one file with the same key are first summed (an export may write a term in several rows); then, per
  key, the statement of the newest file wins. The account is the row's own, else the only one the settings name
  for the platform, else the only one seen for it, else '(unknown)'; the currency is the row's own, else the
  setting's; a currency still missing stays null.

  `dimensions`: key columns beside platform and account. `sums`: column → expression over the row.
  `attributes`: columns that describe the key. `key`: narrower key by which statements replace each other, when
  the newest statement may have other dimensions than the older one. `where`: which rows of the dataset count.
-#}
{% macro newest_statement_ctes(
    dataset, dimensions, sums, attributes=[], derived={}, where="true"
) -%}
    landed as (select * from ({{ landed_rows(dataset) }}) as landed_row where {{ where }}),

    setting as (select * from {{ ref("stg_account_setting") }}),

    account_set as (
        select platform, max(account_id) as account_id
        from setting
        where account_id is not null
        group by platform
        having count(distinct account_id) = 1
    ),

    account_seen as (
        select platform, max(account_id) as account_id
        from landed
        where account_id is not null
        group by platform
        having count(distinct account_id) = 1
    ),

    with_account as (
        select
            landed.*,
            coalesce(
                landed.account_id, account_set.account_id, account_seen.account_id, '(unknown)'
            ) as known_account_id
        from landed
        left join account_set on landed.platform = account_set.platform
        left join account_seen on landed.platform = account_seen.platform
    ),

    described as (
        select
            with_account.*,
            {%- for name, expression in derived.items() %}
                {{ expression }} as {{ name }},
            {%- endfor %}
            coalesce(
                with_account.currency_code,
                own_setting.currency_code,
                platform_setting.currency_code
            ) as known_currency_code
        from with_account
        left join
            setting as own_setting
            on with_account.platform = own_setting.platform
            and with_account.known_account_id = own_setting.account_id
        left join
            setting as platform_setting
            on with_account.platform = platform_setting.platform
            and platform_setting.account_id is null
    ),

    per_file as (
        select
            platform,
            known_account_id as account_id,
            {%- for name in dimensions %} {{ name }}, {%- endfor %}
            file_id,
            max(landed_at) as landed_at,
            max(exported_at) as exported_at,
            max(known_currency_code) as currency_code,
            {%- for name in attributes %} max({{ name }}) as {{ name }}, {%- endfor %}
            {%- for name, expression in sums.items() %}
                {{ expression }} as {{ name }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from described
        group by
            platform,
            known_account_id,
            {%- for name in dimensions %} {{ name }}, {%- endfor %}
            file_id
    ),

    newest as (
        select *
        from per_file
        qualify
            row_number() over (
                partition by
                    platform, account_id {%- for name in dimensions %}, {{ name }}{% endfor %}
                order by exported_at desc nulls last, landed_at desc nulls last, file_id
            )
            = 1
    )
{%- endmacro %}

{#- `{name: sum of it as count}` and `{name: sum of it as money}` for lists of columns. -#}
{% macro count_sums(columns) -%}
    {%- set sums = {} -%}
    {%- for name in columns -%}
        {%- do sums.update({name: "cast(sum(" ~ name ~ ") as bigint)"}) -%}
    {%- endfor -%}
    {{ return(sums) }}
{%- endmacro %}

{% macro money_sums(columns) -%}
    {%- set sums = {} -%}
    {%- for name in columns -%}
        {%- do sums.update({name: "cast(sum(" ~ name ~ ") as decimal(18, 6))"}) -%}
    {%- endfor -%}
    {{ return(sums) }}
{%- endmacro %}

{% macro merged(first, second) -%}
    {%- set result = {} -%}
    {%- do result.update(first) -%}
    {%- do result.update(second) -%}
    {{ return(result) }}
{%- endmacro %}
