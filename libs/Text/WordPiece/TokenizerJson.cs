using Moodstream.Text.Files;

namespace Moodstream.Text.WordPiece;

/// <summary>Reads tokenizer.json of the uncased BERT tokenizer; refuses any other by name and value.</summary>
internal static class TokenizerJson
{
    public const string FileName = "tokenizer.json";

    private const int MaxBytes = 64 << 20;

    /// <exception cref="TextFormatException">The file describes another tokenizer, or is damaged.</exception>
    public static WordPieceVocabulary Load(string path)
    {
        var root = JsonPlace.Read(path, MaxBytes);
        root.MustHaveOnly(
            "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor",
            "decoder", "model");
        root["version"].MustBe("\"1.0\"");
        CheckTruncation(root["truncation"]);
        CheckNormalizer(root["normalizer"]);
        CheckPreTokenizer(root["pre_tokenizer"]);
        CheckModel(root["model"]);
        var vocabulary = new WordPieceVocabulary(
            path, Pieces(root["model"]["vocab"]), AddedTokens(root["added_tokens"]));
        CheckAddedIds(root["added_tokens"], vocabulary);
        CheckPostProcessor(root["post_processor"], vocabulary);
        return vocabulary;
    }

    // Its length is the caller's to give, and padding is left to the engine: only the side would change the ids.
    private static void CheckTruncation(JsonPlace truncation)
    {
        if (!truncation.IsNull)
        {
            truncation["direction"].MustBe("\"Right\"", "null");
        }
    }

    private static void CheckNormalizer(JsonPlace normalizer)
    {
        normalizer["type"].MustBe("\"BertNormalizer\"");
        normalizer.MustHaveOnly("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
        normalizer["clean_text"].MustBe("true");
        normalizer["handle_chinese_chars"].MustBe("true");
        normalizer["strip_accents"].MustBe("true", "null");
        normalizer["lowercase"].MustBe("true");
    }

    private static void CheckPreTokenizer(JsonPlace preTokenizer)
    {
        preTokenizer["type"].MustBe("\"BertPreTokenizer\"");
        preTokenizer.MustHaveOnly("type");
    }

    private static void CheckModel(JsonPlace model)
    {
        model["type"].MustBe("\"WordPiece\"", "null");
        model.MustHaveOnly("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
        model["unk_token"].MustBe($"\"{WordPieceVocabulary.UnknownToken}\"");
        model["continuing_subword_prefix"].MustBe($"\"{WordPieceVocabulary.ContinuationPrefix}\"");
        model["max_input_chars_per_word"].MustBe($"{WordPieceWriter.MaxWordLength}");
    }

    private static IEnumerable<(string Piece, int Id)> Pieces(JsonPlace vocabulary) =>
        vocabulary.Properties().Select(p => (p.Name, p.Place.Id()));

    private static IEnumerable<(string Token, int Id)> AddedTokens(JsonPlace tokens)
    {
        foreach (var token in tokens.Elements())
        {
            token.MustHaveOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            AddedTokenJson.Check(token);
            var content = token["content"].Text();
            yield return content.Length > 0 ? (content, token["id"].Id()) : throw token["content"].Refuse("a token");
        }
    }

    private static void CheckAddedIds(JsonPlace tokens, WordPieceVocabulary vocabulary)
    {
        foreach (var token in tokens.Elements())
        {
            var piece = vocabulary.IdOf(token["content"].Text());
            if (piece != CodePointTrie.None)
            {
                token["id"].MustBe($"{piece}");
            }
        }
    }

    private static void CheckPostProcessor(JsonPlace processor, WordPieceVocabulary vocabulary)
    {
        processor["type"].MustBe("\"TemplateProcessing\"", "\"BertProcessing\"");
        if (processor["type"].Text() == "BertProcessing")
        {
            processor.MustHaveOnly("type", "sep", "cls");
            CheckPair(processor["cls"], WordPieceVocabulary.StartToken, vocabulary.Start);
            CheckPair(processor["sep"], WordPieceVocabulary.EndToken, vocabulary.End);
            return;
        }

        // "pair" is for two texts at once, which are never encoded here.
        processor.MustHaveOnly("type", "single", "pair", "special_tokens");
        var single = processor["single"].Elements().ToList();
        if (single.Count != 3)
        {
            throw processor["single"].Refuse("[CLS], the text, [SEP]");
        }

        CheckTemplateToken(single[0], processor, WordPieceVocabulary.StartToken, vocabulary.Start);
        single[1].MustHaveOnly("Sequence");
        single[1]["Sequence"]["id"].MustBe("\"A\"");
        single[1]["Sequence"]["type_id"].MustBe("0");
        CheckTemplateToken(single[2], processor, WordPieceVocabulary.EndToken, vocabulary.End);
    }

    private static void CheckTemplateToken(JsonPlace step, JsonPlace processor, string token, int id)
    {
        step.MustHaveOnly("SpecialToken");
        step["SpecialToken"]["id"].MustBe($"\"{token}\"");
        step["SpecialToken"]["type_id"].MustBe("0");
        var ids = processor["special_tokens"][token]["ids"];
        var only = ids.Elements().ToList();
        if (only.Count != 1)
        {
            throw ids.Refuse($"[{id}]");
        }

        only[0].MustBe($"{id}");
    }

    private static void CheckPair(JsonPlace pair, string token, int id)
    {
        var parts = pair.Elements().ToList();
        if (parts.Count != 2)
        {
            throw pair.Refuse($"[\"{token}\",{id}]");
        }

        parts[0].MustBe($"\"{token}\"");
        parts[1].MustBe($"{id}");
    }
}
