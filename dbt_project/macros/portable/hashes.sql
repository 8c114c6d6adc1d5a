{#- Fingerprints: what engines spell differently. Never published, and never compared between engines. -#}
{#- 128 bits that stand for a list of texts; null and the empty text are the same. -#}
{% macro key_of(columns) -%} {{ adapter.dispatch("key_of")(columns) }} {%- endmacro %}

{% macro default__key_of(columns) -%} md5({{ joined_texts(columns) }}) {%- endmacro %}

{% macro duckdb__key_of(columns) -%} md5_number({{ joined_texts(columns) }}) {%- endmacro %}

{#- 64 bits of a list of texts, as a number whose sums tell sets of rows apart in any order. -#}
{% macro hash_of(columns) -%} {{ adapter.dispatch("hash_of")(columns) }} {%- endmacro %}

{% macro default__hash_of(columns) -%}
    cast(xxhash64({{ joined_texts(columns) }}) as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__hash_of(columns) -%} hash({{ joined_texts(columns) }}) {%- endmacro %}

{#- Texts joined so that no two lists of texts give the same: parted by the unit separator. -#}
{% macro joined_texts(columns) -%}
    concat_ws(
        chr(31)
        {%- for column in columns %}
            , coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
        {%- endfor %}
    )
{%- endmacro %}
