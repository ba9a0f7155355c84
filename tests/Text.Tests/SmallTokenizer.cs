namespace Moodstream.Text.Tests;

/// <summary>A tokenizer of seven pieces in both forms, to be spoilt.</summary>
internal static class SmallTokenizer
{
    public const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhel\n##lo\n";

    public const string PostProcessor =
        """
        {"type":"TemplateProcessing",
        "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
        {"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
        "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}
        """;

    public const string Json =
        $$$"""
        {"version":"1.0","truncation":null,"padding":null,
        "added_tokens":[{"id":8,"special":false,"content":"<USER>",
        "single_word":false,"lstrip":false,"rstrip":false,"normalized":false}],
        "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
        "strip_accents":null,"lowercase":true},
        "pre_tokenizer":{"type":"BertPreTokenizer"},
        "post_processor":{{{PostProcessor}}},
        "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
        "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
        "max_input_chars_per_word":100,
        "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"hel":5,"##lo":6}}
        }
        """;

    /// <summary>tokenizer_config.json as Hugging Face's library writes it.</summary>
    public const string Config =
        """
        {"added_tokens_decoder":{"4":{"content":"[MASK]","lstrip":false,"normalized":false,"rstrip":false,
        "single_word":false,"special":true}},"clean_up_tokenization_spaces":true,"cls_token":"[CLS]",
        "do_basic_tokenize":true,"do_lower_case":true,"extra_special_tokens":{},"mask_token":{"content":"[MASK]",
        "lstrip":false},"model_max_length":512,"never_split":null,"pad_token":"[PAD]","sep_token":"[SEP]",
        "strip_accents":null,"tokenize_chinese_chars":true,"tokenizer_class":"BertTokenizer","unk_token":"[UNK]"}
        """;

    /// <summary>tokenizer.json with one part of it replaced.</summary>
    public static string With(string part, string other)
    {
        var at = Json.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, $"the fixture has no {part}");
        return $"{Json[..at]}{other}{Json[(at + part.Length)..]}";
    }
}
