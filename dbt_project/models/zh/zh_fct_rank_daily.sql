{{ config(alias="关键词排名日数据", post_hook="{{ comment_chinese_columns('fct_rank_daily') }}") }}

{{ chinese_view("fct_rank_daily") }}
