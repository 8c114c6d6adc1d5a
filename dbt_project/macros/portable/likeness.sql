{#- How alike two texts are, the same on every engine. -#}
{#-
  From 0 to 1: the larger of 1 − edit distance ÷ longer length, and shared words ÷ words of the shorter text. Words are
  runs of digits or of letters, and single Chinese characters; case does not matter.
-#}
{% macro likeness(left, right) -%}
    greatest(
        1
        - {{
            ratio(
                "levenshtein(lower(" ~ left ~ "), lower(" ~ right ~ "))",
                "greatest(length(" ~ left ~ "), length(" ~ right ~ "), 1)",
            )
        }},
        coalesce(
            {{
                ratio(
                    item_count(
                        "array_intersect(" ~ words_of(left) ~ ", " ~ words_of(right) ~ ")"
                    ),
                    "least("
                    ~ item_count(words_of(left))
                    ~ ", "
                    ~ item_count(words_of(right))
                    ~ ")",
                )
            }},
            0
        )
    )
{%- endmacro %}

{#- The distinct words of a text, as an array. -#}
{% macro words_of(text) -%} {{ adapter.dispatch("words_of")(text) }} {%- endmacro %}

{% macro default__words_of(text) -%}
    array_distinct(regexp_extract_all(lower({{ text }}), '[0-9]+|[一-鿿]|[a-zß-ӿ]+', 0))
{%- endmacro %}

{% macro duckdb__words_of(text) -%}
    list_distinct(regexp_extract_all(lower({{ text }}), '[0-9]+|[一-鿿]|[a-zß-ӿ]+'))
{%- endmacro %}

{% macro item_count(array) -%} {{ adapter.dispatch("item_count")(array) }} {%- endmacro %}

{% macro default__item_count(array) -%} cardinality({{ array }}) {%- endmacro %}

{% macro duckdb__item_count(array) -%} length({{ array }}) {%- endmacro %}
