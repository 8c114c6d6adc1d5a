{{
    config(
        alias="广告对象日表现", post_hook="{{ comment_chinese_columns('fct_ad_entity_daily') }}"
    )
}}

{{ chinese_view("fct_ad_entity_daily") }}
