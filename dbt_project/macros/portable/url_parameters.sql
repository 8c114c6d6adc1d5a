{#-
  What a URL says in its parameters.

  The query is what stands between the first question mark and the fragment; a URL whose query does not have a
  parameter gives the one of its fragment. Of a repeated parameter the first counts; names in any case. Values are
  percent-decoded, with plus as a space; a value that cannot be decoded stays as written, and so do the tokens that
  platforms fill in at the click ({campaignid}, __CID__).
-#}
{#- The decoded value of a parameter; null where it is absent or empty. -#}
{% macro url_parameter(url, name) -%}
    {%- set in_query = "'(?i)[?&;]" ~ name ~ "=([^&;#]*)'" -%}
    {%- set in_fragment = "'(?i)#(?:.*[?&;])?" ~ name ~ "=([^&;#]*)'" -%}
    {{
        decoded_url(
            "coalesce(nullif(regexp_extract(split_part("
            ~ url
            ~ ", '#', 1), "
            ~ in_query
            ~ ", 1), ''), nullif(regexp_extract("
            ~ url
            ~ ", "
            ~ in_fragment
            ~ ", 1), ''))"
        )
    }}
{%- endmacro %}

{#- Where a URL leads: scheme and host in lower case, the path without a slash at the end, no parameters. -#}
{% macro url_without_parameters(url) -%}
    {%- set bare = "split_part(split_part(trim(" ~ url ~ "), '#', 1), '?', 1)" -%}
    {%- set host = "regexp_extract(" ~ bare ~ ", '^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/]*', 0)" -%}
    nullif(
        concat(
            lower({{ host }}), regexp_replace(substr({{ bare }}, length({{ host }}) + 1), '/+$', '')
        ),
        ''
    )
{%- endmacro %}

{% macro decoded_url(text) -%} {{ adapter.dispatch("decoded_url")(text) }} {%- endmacro %}

{% macro default__decoded_url(text) -%}
    coalesce(try_url_decode({{ text }}), {{ text }})
{%- endmacro %}

{% macro duckdb__decoded_url(text) -%}
    coalesce(try(url_decode(replace({{ text }}, '+', '%20'))), {{ text }})
{%- endmacro %}
