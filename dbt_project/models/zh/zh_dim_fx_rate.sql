{{ config(alias="每日汇率", post_hook="{{ comment_chinese_columns('dim_fx_rate') }}") }}

{{ chinese_view("dim_fx_rate") }}
