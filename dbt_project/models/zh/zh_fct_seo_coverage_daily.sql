{{ config(alias="索引状态", post_hook="{{ comment_chinese_columns('fct_seo_coverage_daily') }}") }}

{{ chinese_view("fct_seo_coverage_daily") }}
