{{ config(alias="指标可得性", post_hook="{{ comment_chinese_columns('metric_availability') }}") }}

{{ chinese_view("metric_availability") }}
