-- Each model gives every conversion away once: credit is 1, counts and amounts are the
-- conversion's own, and all models speak of the same conversions.
{{ config(meta={"dagster": {"ref": {"name": "fct_attribution"}}}) }}
with
    model as (
        {%- for model in attribution_models() %}
            select '{{ model.name }}' as model
            {% if not loop.last %}
                union all
            {% endif %}
        {%- endfor %}
    ),

    conversion as (
        select touch_id as conversion_id, conversions, conversion_value_native, conversion_value
        from {{ ref("fct_touchpoint") }}
        where is_conversion
    ),

    given as (
        select
            conversion_id,
            model,
            sum(credit) as credit,
            sum(conversions) as conversions,
            sum(conversion_value_native) as conversion_value_native,
            sum(conversion_value) as conversion_value
        from {{ ref("fct_attribution") }}
        group by conversion_id, model
    ),

    expected as (select conversion.*, model.model from conversion cross join model)

select
    coalesce(expected.conversion_id, given.conversion_id) as conversion_id,
    coalesce(expected.model, given.model) as model,
    case
        when given.conversion_id is null
        then 'a model leaves out a conversion'
        when expected.conversion_id is null
        then 'a model speaks of no conversion'
        when given.credit is distinct from 1
        then 'credit does not add up to 1'
        else 'parts do not add up to the conversion'
    end as message
from expected
full outer join
    given on expected.conversion_id = given.conversion_id and expected.model = given.model
where
    given.conversion_id is null
    or expected.conversion_id is null
    or given.credit is distinct from 1
    or given.conversions is distinct from expected.conversions
    or given.conversion_value_native is distinct from expected.conversion_value_native
    or given.conversion_value is distinct from expected.conversion_value
