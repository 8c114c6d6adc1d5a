{#- Addresses: what engines spell differently. -#}
{#- An address as one and the same page is written: without scheme, www., fragment, marks of campaigns and shares, and
    a slash at the end; lower case. What else stands behind the question mark names the page on some sites. -#}
{% macro canonical_url(url) -%}
    nullif(
        {{
            _replaced_all(
                _replaced_all(
                    "lower(trim(" ~ url ~ "))",
                    "^[a-z]+://(www[.]|m[.])?|#.*$|(utm_[a-z]+|xsec_[a-z]+|share_[a-z_]+|spm[a-z_]*|fbclid|gclid|igsh|igshid|si)=[^&#]*&?",
                ),
                "[/?&]+$",
            )
        }},
        ''
    )
{%- endmacro %}

{% macro _replaced_all(text, pattern) -%}
    {{ adapter.dispatch("_replaced_all")(text, pattern) }}
{%- endmacro %}

{% macro default___replaced_all(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '')
{%- endmacro %}

{% macro duckdb___replaced_all(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}
