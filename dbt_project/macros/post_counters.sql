{#- The counters of a post that grow day by day and may be added over days. Reach is not one of them. -#}
{% macro post_counters() -%}
    {{
        return(
            [
                "impressions",
                "views",
                "video_views",
                "media_views",
                "engagements",
                "likes",
                "comments",
                "shares",
                "reposts",
                "saves",
                "follows",
                "profile_visits",
                "link_clicks",
                "detail_expands",
                "hashtag_clicks",
                "permalink_clicks",
                "watch_time_seconds",
            ]
        )
    }}
{%- endmacro %}

{#- The counters of a social account's day. -#}
{% macro social_account_counters() -%}
    {{
        return(
            [
                "impressions",
                "engagements",
                "likes",
                "comments",
                "shares",
                "reposts",
                "saves",
                "follows",
                "unfollows",
                "profile_visits",
                "posts_published",
                "video_views",
                "media_views",
                "media_engagements",
                "link_clicks",
                "detail_expands",
                "hashtag_clicks",
                "permalink_clicks",
                "app_opens",
                "app_installs",
            ]
        )
    }}
{%- endmacro %}
