-- One row per deliverable: its newest snapshot. What that leaves empty keeps the last value
-- stated: a fee is written once, and counters only grow. A row without an id of its own is known
-- by partner, network and time of publication: what was agreed gives way to what was published,
-- the first of which keeps what it does not state anew, such as the fee.
{%- set owner = ["platform", "account_id", "partner_id"] %}
{%- set attributes = [
    "partner_name",
    "partner_type",
    "network",
    "content_type",
    "content_url",
    "status",
    "published_at",
    "campaign_name",
    "utm_campaign",
    "coupon_code",
    "currency_code",
] %}
{%- set measures = partner_counters() + ["followers", "reach"] + partner_amounts() %}
with
    snapshot as (select * from {{ ref("stg_partner_deliverable") }}),

    newest as (
        select
            platform,
            account_id,
            partner_id,
            deliverable_id,
            min(snapshot_day) as first_snapshot_day,
            max(snapshot_day) as snapshot_day,
            {%- for name in attributes + measures %}
                max_by(
                    {{ name }}, case when {{ name }} is not null then snapshot_day end
                ) as {{ name }},
            {%- endfor %}
            {%- for name in measures %}
                {% if not loop.first %} or {% endif %}
                coalesce(
                    max(case when {{ name }} is not null then snapshot_day end) < max(snapshot_day),
                    false
                )
            {%- endfor %} as is_carried,
            max_by(file_id, snapshot_day) as file_id
        from snapshot
        group by platform, account_id, partner_id, deliverable_id
    ),

    -- What was agreed, beside the first that was published of it.
    agreed as (
        select newest.*, published.deliverable_id as published_id
        from newest
        inner join
            newest as published
            on {{ same("published", "newest", owner) }}
            and newest.published_at is null
            and published.deliverable_id
            = concat(newest.deliverable_id, ' ', cast(published.published_at as varchar(30)))
        qualify
            row_number() over (
                partition by {{ of("newest", owner + ["deliverable_id"]) }}
                order by published.published_at nulls last, published.deliverable_id
            )
            = 1
    ),

    final as (
        select
            {{ of("newest", owner + ["deliverable_id"]) }},
            newest.first_snapshot_day,
            newest.snapshot_day,
            {%- for name in attributes + partner_amounts() %}
                coalesce(newest.{{ name }}, agreed.{{ name }}) as {{ name }},
            {%- endfor %}
            {%- for name in measures if name not in partner_amounts() %}
                newest.{{ name }},
            {%- endfor %}
            newest.is_carried
            {%- for name in partner_amounts() %}
                or (newest.{{ name }} is null and agreed.{{ name }} is not null)
            {%- endfor %} as is_carried,
            newest.file_id
        from newest
        left join
            agreed
            on {{ same("agreed", "newest", owner) }}
            and newest.deliverable_id = agreed.published_id
        left join agreed as replaced on {{ same("replaced", "newest", owner + ["deliverable_id"]) }}
        where replaced.deliverable_id is null
    )

select *
from final
