{{ config(alias="计划日值", post_hook="{{ comment_chinese_columns('fct_plan_daily') }}") }}

{{ chinese_view("fct_plan_daily") }}
