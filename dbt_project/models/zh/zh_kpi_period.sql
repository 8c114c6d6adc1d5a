{{ config(alias="时段指标", post_hook="{{ comment_chinese_columns('kpi_period') }}") }}

{{ chinese_view("kpi_period") }}
