{{ config(alias="关键词建议", post_hook="{{ comment_chinese_columns('fct_keyword_idea') }}") }}

{{ chinese_view("fct_keyword_idea") }}
