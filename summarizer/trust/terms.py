"""The field's Chinese terms and the English a paper says them in, to tell what a sentence speaks of.

Only terms that have few English renderings are here. A rendering is the beginning of an English word or phrase, and
an expression; too many do no harm, a missing one may take a right sentence for a foreign one.
"""

import re
from functools import cache

_SPECIAL = r"""
注意力 attention|attend; 自注意力 self-attention|attention|intra-attention; 多头 multi-?head|heads; 词元 token
嵌入 embed; 词嵌入 embed|word vector; 编码器 encod|autoencod; 解码器 decod; 解码 decod; 卷积 conv|cnn
循环神经网络 recurren|rnn|lstm; 前馈 feed-?forward|ffn|mlp; 残差 residual|skip
归一化 normali|softmax|layernorm|batchnorm; 激活 activat; 丢弃 dropout|drop; 位置编码 position; 隐藏层 hidden
隐藏维度 hidden|dimension; 梯度 gradient|sgd|backprop; 反向传播 back-?prop|backward; 前向 forward
优化器 optimi|adam|sgd; 学习率 learning rate|step ?size|lr\b; 动量 momentum; 步长 step|α|alpha; 收敛 converg
随机梯度 stochastic|sgd; 一阶 first[- ]order|first|gradient-based; 二阶 second[- ]order|second|hessian|newton
矩估计 moment; 一阶矩 moment|mean|m_; 二阶矩 moment|varianc; 凸 conve; 遗憾 regret; 偏差校正 bias|correct
正则化 regulari|dropout|weight decay; 过拟合 over-?fit; 欠拟合 under-?fit; 超参数 hyper-?param|α|β
批量 batch|mini-?batch; 小批量 mini-?batch|batch; 聊天机器人 chat; 损失 loss|objective|cross-entropy|cost
交叉熵 cross-?entropy|log|loss|nll; 熵 entrop; 散度 diverg|kl\b|jsd; 似然 likelihood; 先验 prior; 后验 posterior
贝叶斯 bayes; 方差 varianc|std|standard dev; 协方差 covarian; 低秩 low[- ]rank|lora|rank; 秩 rank; 适配器 adapt|lora
适配 adapt|lora|fit; 微调 fine-?tun|tun|adapt|sft|instruct; 预训练 pre-?train; 冻结 froz|freez|fixed; 可训练 train
量化 quanti|bit|precision; 反量化 dequanti; 量化常数 quantization constant|constant; 分位数 quantile
剪枝 prun|spars; 蒸馏 distil; 稀疏 spars; 压缩 compress|shrink|smaller|reduc|condens|fus; 精度 precision|accura|bit
浮点 float|fp\d|bf16|bfloat; 显存 memory|gpu|vram|gb\b|ram\b; 内存 memory|ram\b|gb\b; 吞吐 throughput
延迟 latenc|delay|slow|time|speed; 缓存 cach; 通信 communicat|transfer|overlap|bandwidth|send|host
分块 block|chunk|tile; 检查点 checkpoint; 检索 retriev|search|rag\b|look; 召回 recall|retriev
文档 document|doc\b|article|text|passage|context|input; 干扰文档 distract; 问答 question|qa\b|answer
问题 question|problem|quer|issue|challeng|task|bottleneck|difficult|limitation
上下文 context|in-context|window|long; 长上下文 context|long; 摘要 summar|abstract; 实体 entit; 密度 dens
新闻 news|cnn|article|daily; 融合 fus|combin|merg; 抽象 abstract; 冗余 redundan|verbos|filler|unnecess|uninformative
翻译 translat|wmt|bleu; 语种 language; 英德 german|de\b; 英法 french|fr\b; 语音 speech|audio|asr
图像 image|vision|visual|pixel|mnist|cifar|picture; 视频 video|frame; 视觉 vis|image; 多模态 multi-?modal|vision
分类器 classif|head; 分类 classif|categor|label; 标签 label|tag|class; 全局 global; 局部 local
关键词 keyword|key word|term|salient; 语义 semantic|meaning|represent; 词袋 bag|tf-?idf|sparse
强化学习 reinforce|\brl|reward|polic|ppo; 奖励 reward; 策略 polic|strateg|approach; 智能体 agent; 轨迹 traject
回报 return|reward; 人类反馈 human feedback|rlhf|prefer|feedback; 偏好 prefer
标注者 annotat|label|rater|contractor|worker|human; 人工 human|manual|annotat|hand; 推理链 chain|cot\b|reason
思维链 chain|cot\b; 推理 infer|reason|test time|decod|deploy|generat|predict|chain; 零样本 zero-?shot
少样本 few-?shot; 提示 prompt|instruct|cue|prefix; 指令 instruct|command; 幻觉 hallucinat; 毒性 toxic
偏见 bias|crows|stereotyp; 基线 baseline|compar|against|vanilla|standard|previous|other|vs
消融 ablat|remov|without|effect of|variant|isolat; 基准 benchmark|dataset|evaluat|suite|task|test|baseline|standard
困惑度 perplex|ppl\b; 准确率 accura|acc\b|score|exact|percent|%|correct; 标准差 deviation|std|±
置信区间 confiden|ci\b|interval|±; 显著性 significan; 图神经网络 graph|gnn; 知识图谱 knowledge graph|kg\b
图谱 graph; 扩散 diffus; 去噪 denois|nois; 对抗 advers|gan\b|attack; 攻击 attack|advers|jailbreak
防御 defen|protect; 隐私 priva; 联邦 federat; 水印 watermark; 安全 safe|secur|harm
核查 check|verif|fact|valid|audit; 引用 cit|quot|refer; 证据 evidence|proof|support|cit
漏检 miss|undetect|recall|pass; 误拒 reject|false|refus|fail; 论断 claim|statement|assert
语料 corpus|corpora|dataset|data|text|paper; 解读 digest|summar|interpret|read; 自推测解码 speculativ|draft
推测解码 speculat|draft; 采样 sampl|draw|nucleus|temperature; 贪心 greed; 束搜索 beam; 归纳头 induct; 归纳 induct
算术 arithmetic|polynom|addition|math; 代码 code|program|mbpp|humaneval|cod; 字节 byte; 因果 caus
独立同分布 i\.?i\.?d|independent; 矩阵 matri|weight|\bw[qkvo0]?\b|svd; 向量 vector|embed|represent
奇异 singular|svd; 特征值 eigen; 子空间 subspace|space|direction; 线性 linear|affine; 非线性 non-?linear|activat
核函数 kernel; 卷积核 kernel|filter|conv; 并行 parallel|distribut|concurren|simultan|once
数据并行 data parallel|fsdp|parallel; 张量 tensor; 流水线 pipelin; 环形 ring|circular; 主机 host|device|machine|node
设备 device|gpu|tpu|host|hardware; 硬件 hardware|gpu|tpu|device|flop; 混合专家 mixture|moe|expert; 专家 expert
路由 rout|gat; 门控 gat; 记忆 memor; 遗忘 forget; 持续学习 continual|lifelong; 迁移 transfer; 元学习 meta
自监督 self-?superv; 无监督 unsuperv|without superv; 半监督 semi-?superv; 监督 superv|label; 逻辑回归 logistic
决策树 decision tree|tree; 聚类 cluster; 回归 regress; 主题模型 topic; 降维 dimension|pca
序列 sequen|token|long|length; 时间序列 time series|temporal; 推荐 recommend; 用户 user|customer|people
隐式 implicit|latent; 潜变量 latent|vae; 动态规划 dynamic program; 图灵 turing; 博弈 game; 拍卖 auction
机制设计 mechanism; 定理 theorem|lemma|prov|bound; 上界 bound|upper|at most|O\(; 下界 bound|lower
证明 prov|proof|show|theorem; 复杂度 complex|O\(|quadratic|linear|cost; 机器人 robot; 驾驶 driv|vehicle
医学 medic|clinic|health|pubmed|bio; 蛋白 protein; 药物 drug; 法律 legal|law; 金融 financ; 教育 educat; 化学 chem
物理 physic; 点积 dot|inner product|product; 离群 outlier; 对称 symmetr; 辅助 auxil|assist|help
主干 trunk|backbone|shared|base; 信噪比 signal-to-noise|snr; 退火 anneal; 平方根 square root|sqrt|√; 拼接 concat
掩码 mask; 池化 pool; 集成 ensembl|integrat; 投票 vot|majority; 排序 rank|sort|order; 相似度 similar|cosine
对话 dialog|convers|chat|multi-?turn; 情感 sentiment|emotion; 字符 character|char; 词汇 vocab|lexic|word
语法 syntax|gramm|parsing; 常识 common-? ?sense; 主题 topic|subject|theme; 风格 style; 事实 fact|truth
瓶颈 bottleneck|limit; 带宽 bandwidth|communicat; 切换 switch|swap; 部署 deploy|serv|product
存储 stor|memor|space|disk|gb\b; 泛化 generali; 鲁棒 robust; 约束 constrain|restrict|limit
曲线 curve|plot|figure|fig|line; 峰值 peak|max; 阈值 threshold|cutoff; 网页 web|page|crawl; 爬取 crawl|scrap
开源 open-?|release|public; 许可 licen; 碳排放 carbon|emission|co2; 能耗 energy|power|watt; 去重 de-?dup
"""

# Words of any paper: that none of several is there says as much as that one of the others is missing.
_COMMON = r"""
参数 param|weight|size|θ; 权重 weight|\bw\b|param; 模型 model|network|llm|gpt|system|method
训练 train|learn|tun|fit; 数据 data|sample|example|corp|set; 实验 experiment|evaluat|result|test|run
任务 task|problem|benchmark|downstream; 层 layer|block|depth|deep; 输入 input|prompt|feed|given
输出 output|generat|predict|return|result|respons; 概率 probab|likel|distribut|softmax; 随机 random|stochastic|sampl
分布 distribut|probab|normal; 架构 architect|structure|model|design; 结构 structur|architect|layout; 初始化 initiali
高斯 gauss|normal; 长度 length|long|short|size; 温度 temperature|τ|tau; 评分 rat|scor|judg|elo
得分 scor|accura|point|perform|%; 分数 scor|accura|point; 误差 error|loss|deviat
时间 time|hour|day|minut|second|fast|long; 数字 digit|number|numer|figure; 样本 sampl|exampl|instance|data|few
长程 long|range|depend; 依赖 depend|rel(?:y|ies)|requir; 学习 learn|train; 预测 predict|forecast|next|output
生成 generat|produc|writ|synthe|creat|sampl; 评测 evaluat|benchmark|test|assess; 搜索 search|explor
规模 scal|size|large|small|param|\d; 速度 speed|fast|slow|throughput|time|quick
成本 cost|expens|cheap|effort|overhead; 通道 channel; 位置 position|place|location|where; 距离 distan|far|gap
比例 ratio|proportion|fraction|share|percent|%; 人类 human|people|person|child; 儿童 child|kid
语言 languag|text|nlp|linguist; 文本 text|document|sentence|word; 句子 sentence; 数学 math|arithm
统计 statist|count|measur; 错误 error|wrong|incorrect|mistak|slip|fail; 网络 network|net\b|cnn|mlp
更新 updat|step|gradient; 迭代 iterat|step|repeat|round; 估计 estimat|approxim|comput
近似 approxim|near|close|rough|similar; 优化 optimi|improv|minimi|train; 缩放 scal|rescal|normal|divid|multipl
匹配 match|on par|align|equal; 选取 select|cho|pick|which; 效率 efficien|fast|effective|speed
加速 speed|accelerat|fast|time; 实例 instance|example|sample|data|point; 领域 domain|field|area|special
知识 knowledge|know|inform; 单词 word|token; 更长 long|large|great|extend; 开销 overhead|cost|expens|memor|time
人写 human
"""


Terms = dict[str, re.Pattern[str]]  # {term: what says it in English}


@cache
def _read(source: str) -> Terms:
    pairs = (item.strip().split(" ", 1) for item in re.split(r"[;\n]", source) if item.strip())
    return {chinese: re.compile(rf"(?<![A-Za-z])(?:{english})", re.IGNORECASE) for chinese, english in pairs}


@cache
def _any_term() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_read(_SPECIAL) | _read(_COMMON), key=len, reverse=True)))


def terms(text: str) -> Terms:
    """The terms in `text`; of overlapping ones the longest."""
    known = _read(_SPECIAL) | _read(_COMMON)
    return {term: known[term] for term in _any_term().findall(text)}


def special_terms(text: str) -> Terms:
    """Those of them that only some papers are about."""
    return {term: english for term, english in terms(text).items() if term in _read(_SPECIAL)}
