using System.Text.Json;
using Moodstream.Text.Files;

namespace Moodstream.Text.WordPiece;

/// <summary>Refuses a tokenizer_config.json that asks for anything but the uncased BERT tokenizer.</summary>
/// <remarks>An absent field has Hugging Face's default, which is the one supported. Fields without influence on the
/// ids are not looked at; model_max_length is the caller's to heed.</remarks>
internal static class TokenizerConfig
{
    private const string FileName = "tokenizer_config.json";
    private const string SpecialTokensFileName = "special_tokens_map.json";
    private const string AddedTokensFileName = "added_tokens.json";
    private const int MaxBytes = 1 << 20;

    /// <param name="folder">Model folder.</param>
    /// <param name="ownTokens">Whether tokenizer.json says which tokens there are besides the special ones.</param>
    /// <exception cref="TextFormatException">A field asks for something else; it is named.</exception>
    public static void Check(string folder, bool ownTokens)
    {
        if (Read(folder, FileName) is { } config)
        {
            CheckFields(config);
            CheckSpecialTokens(config);
            CheckAddedTokens(config["added_tokens_decoder"], ownTokens);
        }

        if (Read(folder, SpecialTokensFileName) is { } special)
        {
            CheckSpecialTokens(special);
        }

        if (!ownTokens)
        {
            Read(folder, AddedTokensFileName)?.MustHaveOnly([.. WordPieceVocabulary.SpecialTokens]);
        }
    }

    private static JsonPlace? Read(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? JsonPlace.Read(path, MaxBytes) : null;
    }

    private static void CheckFields(JsonPlace config)
    {
        config["tokenizer_class"].MustBe("\"BertTokenizer\"", "\"BertTokenizerFast\"", "null");
        config["do_lower_case"].MustBe("true", "null");
        config["do_basic_tokenize"].MustBe("true", "null");
        config["strip_accents"].MustBe("true", "null");
        config["tokenize_chinese_chars"].MustBe("true", "null");
        config["truncation_side"].MustBe("\"right\"", "null");
        config["never_split"].MustBe("[]", "null");
        config["extra_special_tokens"].MustBe("[]", "{}", "null");
    }

    private static void CheckSpecialTokens(JsonPlace tokens)
    {
        tokens["additional_special_tokens"].MustBe("[]", "null");
        CheckToken(tokens["unk_token"], WordPieceVocabulary.UnknownToken);
        CheckToken(tokens["cls_token"], WordPieceVocabulary.StartToken);
        CheckToken(tokens["sep_token"], WordPieceVocabulary.EndToken);
        CheckToken(tokens["pad_token"], WordPieceVocabulary.PaddingToken);
        CheckToken(tokens["mask_token"], WordPieceVocabulary.MaskToken);
    }

    private static void CheckToken(JsonPlace token, string content)
    {
        if (token.Value.ValueKind == JsonValueKind.Object)
        {
            AddedTokenJson.Check(token);
            token = token["content"];
        }

        token.MustBe($"\"{content}\"", "null");
    }

    private static void CheckAddedTokens(JsonPlace tokens, bool ownTokens)
    {
        foreach (var (_, token) in tokens.IsNull ? [] : tokens.Properties())
        {
            AddedTokenJson.Check(token);
            if (!ownTokens && !WordPieceVocabulary.SpecialTokens.Contains(token["content"].Text()))
            {
                throw token["content"].Refuse(string.Join(" or ", WordPieceVocabulary.SpecialTokens));
            }
        }
    }
}
