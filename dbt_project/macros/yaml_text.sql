{#- A text as YAML's double quotes write it. -#}
{% macro yaml_text(text) -%}
    {%- set backslash = "chr(92)" -%}
    {%- set escaped = namespace(text="replace(" ~ text ~ ", chr(92), concat(chr(92), chr(92)))") -%}
    {%- for code, letter in {34: "chr(34)", 10: "'n'", 13: "'r'", 9: "'t'"}.items() -%}
        {%- set escaped.text = (
            "replace("
            ~ escaped.text
            ~ ", chr("
            ~ code
            ~ "), concat(chr(92), "
            ~ letter
            ~ "))"
        ) -%}
    {%- endfor -%}
    concat(chr(34), {{ escaped.text }}, chr(34))
{%- endmacro %}
