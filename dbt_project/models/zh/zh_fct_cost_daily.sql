{{ config(alias="其他费用", post_hook="{{ comment_chinese_columns('fct_cost_daily') }}") }}

{{ chinese_view("fct_cost_daily") }}
