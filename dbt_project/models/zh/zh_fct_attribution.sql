{{ config(alias="触点归因", post_hook="{{ comment_chinese_columns('fct_attribution') }}") }}

{{ chinese_view("fct_attribution") }}
