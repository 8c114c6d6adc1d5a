-- Which posts earned the most engagement?
-- 哪些内容的互动最多？
-- platform: 平台 | platform id
-- account: 账号 | account name, else its id
-- published_day: 发布日 | day of publication
-- post: 内容 | the first 60 characters
-- impressions: 展现量 | times shown, count; null where the platform does not say
-- engagements: 互动量 | engagements as the platform counts them, count
-- engagement_rate: 互动率 | engagements ÷ impressions
-- url: 链接 | address of the post
select
    post.platform,
    coalesce(post.account_name, post.account_id) as account,
    post.published_day,
    left(post.post_text, 60) as post,
    sum(fact.impressions) as impressions,
    sum(fact.engagements) as engagements,
    sum(fact.engagements) / nullif(sum(fact.impressions), 0) as engagement_rate,
    post.post_url as url
from mart.fct_content_post_daily as fact
join mart.dim_content as post using (platform, account_id, post_id)
group by all
having sum(fact.engagements) is not null
order by engagements desc, published_day desc, url
limit 50
