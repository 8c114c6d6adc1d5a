{{ config(alias="每日指标", post_hook="{{ comment_chinese_columns('kpi_daily') }}") }}

{{ chinese_view("kpi_daily") }}
