{#-
  Large tables are built in parts, and only parts whose inputs changed are built again.

  Every row carries `version_id`, a fingerprint of all its part was made from: files, names, settings, rates. A
  model of versions lists those that hold now. A run deletes the rows of versions that are gone and adds those of
  versions the table does not hold yet, in one transaction: so a run that was killed is mended by the next one, in
  whatever order models are built, and a table built bit by bit is the table that a full refresh would make.

  A model opts in by `config(materialized="incremental", incremental_strategy="versions",
  meta={"versions": "<model of versions>"})`, reads its versions through `new_versions`, and keeps whatever it
  computes within one version.
-#}
{% macro get_incremental_versions_sql(arguments) -%}
    {%- set columns = arguments["dest_columns"] | map(attribute="quoted") | join(", ") -%}
    delete from {{ arguments["target_relation"] }}
    where
        version_id not in (
            select version_id
            from {{ ref(config.get("meta")["versions"]) }}
            where version_id is not null
        )
    ;
    insert into {{ arguments["target_relation"] }} ({{ columns }})
    select {{ columns }}
    from {{ arguments["temp_relation"] }};
{%- endmacro %}

{#- A query: the rows of `versions` (a model with version_id) that this model does not hold yet. -#}
{% macro new_versions(versions) -%}
    select versions.*
    from {{ ref(versions) }} as versions
    {% if is_incremental() -%}
        left join
            (select distinct version_id from {{ this }}) as built
            on versions.version_id = built.version_id
        where built.version_id is null
    {%- endif %}
{%- endmacro %}

{#- A query: the rows of `model` that belong to versions this model does not hold yet. -#}
{% macro rows_of_new_versions(model, versions) -%}
    {%- set unbuilt = new_versions(versions) -%}
    select model.*
    from {{ ref(model) }} as model
    {% if is_incremental() -%}
        inner join
            (select distinct version_id from ({{ unbuilt }}) as unbuilt) as unbuilt
            on model.version_id = unbuilt.version_id
    {%- endif %}
{%- endmacro %}

{#- A query: the rows of `model` of the platforms and days in the CTE `version` (new_versions of a model of days). -#}
{% macro days_of_new_versions(model, version) -%}
    select model.*, {{ version }}.version_id as day_version_id
    from {{ ref(model) }} as model
    inner join
        {{ version }}
        on {{ version }}.platform = model.platform
        and {{ version }}.date_day = model.date_day
{%- endmacro %}

{#- A version made of texts that tell it apart. -#}
{% macro version_of(columns) -%} md5({{ joined_texts(columns) }}) {%- endmacro %}
