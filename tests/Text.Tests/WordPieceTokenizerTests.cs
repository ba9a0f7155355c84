namespace Moodstream.Text.Tests;

/// <summary>What a model folder may ask for, and what is refused by name and value.</summary>
public sealed class WordPieceTokenizerTests
{
    [Fact]
    public void Load_TokenizerJson_GivesTheIdsOfItsVocabulary()
    {
        using var folder = Folder(json: SmallTokenizer.Json);

        var tokenizer = WordPieceTokenizer.Load(folder.Path);

        Assert.Equal([2, 5, 6, 1, 3], tokenizer.Encode("Hello x"));
        Assert.Equal(9, tokenizer.VocabularySize);
    }

    [Fact]
    public void Load_AddedToken_IsFoundAsWritten()
    {
        using var folder = Folder(json: SmallTokenizer.Json);

        var tokenizer = WordPieceTokenizer.Load(folder.Path);

        Assert.Equal([2, 5, 8, 5, 3], tokenizer.Encode("hel<USER>hel"));
        Assert.Equal([2, 1, 1, 1, 3], tokenizer.Encode("<user>"));
    }

    [Fact]
    public void Load_BertProcessing_IsTheSameFrame()
    {
        using var folder = Folder(json: SmallTokenizer.With(
            SmallTokenizer.PostProcessor, """{"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]}"""));

        Assert.Equal([2, 5, 3], WordPieceTokenizer.Load(folder.Path).Encode("hel"));
    }

    [Fact]
    public void Load_TruncationAndPadding_AreLeftToTheCaller()
    {
        using var folder = Folder(json: SmallTokenizer.With(
            "\"truncation\":null,\"padding\":null",
            """
            "truncation":{"direction":"Right","max_length":3,"strategy":"LongestFirst","stride":0},
            "padding":{"strategy":{"Fixed":128},"direction":"Right"}
            """));

        Assert.Equal([2, 5, 6, 5, 6, 3], WordPieceTokenizer.Load(folder.Path).Encode("hello hello"));
    }

    [Theory]
    [InlineData("\"version\":\"1.0\"", "\"version\":\"2.0\"", "$.version", "\"2.0\"")]
    [InlineData("\"padding\":null", "\"paddings\":null", "$.paddings", "null")]
    [InlineData("\"truncation\":null", "\"truncation\":{\"direction\":\"Left\"}", "$.truncation.direction", "\"Left\"")]
    [InlineData("\"BertNormalizer\"", "\"Sequence\"", "$.normalizer.type", "\"Sequence\"")]
    [InlineData("\"clean_text\":true", "\"clean_text\":false", "$.normalizer.clean_text", "false")]
    [InlineData("\"clean_text\":true,", "", "$.normalizer.clean_text", "null")]
    [InlineData("\"handle_chinese_chars\":true", "\"handle_chinese_chars\":false",
        "$.normalizer.handle_chinese_chars", "false")]
    [InlineData("\"strip_accents\":null", "\"strip_accents\":false", "$.normalizer.strip_accents", "false")]
    [InlineData("\"lowercase\":true", "\"lowercase\":false", "$.normalizer.lowercase", "false")]
    [InlineData("\"lowercase\":true", "\"lowercase\":true,\"nfc\":true", "$.normalizer.nfc", "true")]
    [InlineData("\"BertPreTokenizer\"", "\"Whitespace\"", "$.pre_tokenizer.type", "\"Whitespace\"")]
    [InlineData("\"type\":\"WordPiece\",\"unk", "\"type\":\"BPE\",\"unk", "$.model.type", "\"BPE\"")]
    [InlineData("\"unk_token\":\"[UNK]\"", "\"unk_token\":\"<unk>\"", "$.model.unk_token", "\"<unk>\"")]
    [InlineData("word_prefix\":\"##\"", "word_prefix\":\"@@\"", "$.model.continuing_subword_prefix", "\"@@\"")]
    [InlineData("\"max_input_chars_per_word\":100", "\"max_input_chars_per_word\":200",
        "$.model.max_input_chars_per_word", "200")]
    [InlineData("\"hel\":5", "\"hel\":-1", "$.model.vocab.hel", "-1")]
    [InlineData("\"hel\":5", "\"hel\":99999999999", "$.model.vocab.hel", "99999999999")]
    [InlineData("\"hel\":5", "\"hel\":\"5\"", "$.model.vocab.hel", "\"5\"")]
    [InlineData("\"TemplateProcessing\"", "\"RobertaProcessing\"", "$.post_processor.type", "\"RobertaProcessing\"")]
    [InlineData("{\"id\":\"[CLS]\",\"type_id\":0}", "{\"id\":\"[SEP]\",\"type_id\":0}",
        "$.post_processor.single[0].SpecialToken.id", "\"[SEP]\"")]
    [InlineData("\"id\":\"A\"", "\"id\":\"B\"", "$.post_processor.single[1].Sequence.id", "\"B\"")]
    [InlineData("\"ids\":[2]", "\"ids\":[3]", "$.post_processor.special_tokens.[CLS].ids[0]", "3")]
    [InlineData("\"ids\":[2]", "\"ids\":[2,2]", "$.post_processor.special_tokens.[CLS].ids", "[2,2]")]
    [InlineData("\"single_word\":false", "\"single_word\":true", "$.added_tokens[0].single_word", "true")]
    [InlineData("\"lstrip\":false", "\"lstrip\":true", "$.added_tokens[0].lstrip", "true")]
    [InlineData("\"rstrip\":false", "\"rstrip\":true", "$.added_tokens[0].rstrip", "true")]
    [InlineData("\"normalized\":false", "\"normalized\":true", "$.added_tokens[0].normalized", "true")]
    [InlineData("\"content\":\"<USER>\"", "\"content\":\"\"", "$.added_tokens[0].content", "\"\"")]
    [InlineData("\"content\":\"<USER>\"", "\"content\":\"hel\"", "$.added_tokens[0].id", "8")]
    public void Load_TokenizerJsonOfAnother_IsRefusedByNameAndValue(
        string part, string other, string location, string found)
    {
        using var folder = Folder(json: SmallTokenizer.With(part, other));

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal((location, found), (error.Location, error.Found));
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"version\":")]
    [InlineData("\"\\ud83d\"")]
    public void Load_TokenizerJsonThatIsNone_IsRefused(string json)
    {
        using var folder = Folder(json: json);

        Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));
    }

    [Fact]
    public void Load_LoneSurrogateInTheVocabulary_IsRefused()
    {
        using var folder = Folder(json: SmallTokenizer.With("\"hel\":5", "\"\\ud83d\":5"));

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal("$.model.vocab", error.Location);
    }

    [Theory]
    [InlineData("{\"do_lower_case\":false}", "$.do_lower_case", "false")]
    [InlineData("{\"do_basic_tokenize\":false}", "$.do_basic_tokenize", "false")]
    [InlineData("{\"strip_accents\":false}", "$.strip_accents", "false")]
    [InlineData("{\"tokenize_chinese_chars\":false}", "$.tokenize_chinese_chars", "false")]
    [InlineData("{\"tokenizer_class\":\"RobertaTokenizer\"}", "$.tokenizer_class", "\"RobertaTokenizer\"")]
    [InlineData("{\"truncation_side\":\"left\"}", "$.truncation_side", "\"left\"")]
    [InlineData("{\"never_split\":[\"x\"]}", "$.never_split", "[\"x\"]")]
    [InlineData("{\"additional_special_tokens\":[\"x\"]}", "$.additional_special_tokens", "[\"x\"]")]
    [InlineData("{\"cls_token\":\"<s>\"}", "$.cls_token", "\"<s>\"")]
    [InlineData("{\"mask_token\":{\"content\":\"<mask>\"}}", "$.mask_token.content", "\"<mask>\"")]
    [InlineData("{\"mask_token\":{\"content\":\"[MASK]\",\"lstrip\":true}}", "$.mask_token.lstrip", "true")]
    [InlineData("{\"added_tokens_decoder\":{\"4\":{\"content\":\"x\"}}}", "$.added_tokens_decoder.4.content", "\"x\"")]
    public void Load_ConfigOfAnother_IsRefusedByNameAndValue(string config, string location, string found)
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary);
        File.WriteAllText(folder["tokenizer_config.json"], config);

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal((location, found), (error.Location, error.Found));
    }

    [Fact]
    public void Load_SpecialTokensMapOfAnother_IsRefused()
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary);
        File.WriteAllText(folder["special_tokens_map.json"], "{\"sep_token\":\"</s>\"}");

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal(("$.sep_token", "\"</s>\""), (error.Location, error.Found));
    }

    [Fact]
    public void Load_ConfigOfHuggingFace_IsAccepted()
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary);
        File.WriteAllText(folder["tokenizer_config.json"], SmallTokenizer.Config);

        Assert.Equal([2, 5, 3], WordPieceTokenizer.Load(folder.Path).Encode("hel"));
    }

    [Fact]
    public void Load_AddedTokensFile_IsRefused()
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary);
        File.WriteAllText(folder["added_tokens.json"], "{\"[MASK]\":4,\"<user>\":9}");

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal("$.<user>", error.Location);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Load_VocabularyText_CountsLinesFromZero(string end)
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary.Replace("\n", end, StringComparison.Ordinal));

        var tokenizer = WordPieceTokenizer.Load(folder.Path);

        Assert.Equal([2, 5, 6, 1, 3], tokenizer.Encode("Hello x"));
        Assert.Equal(7, tokenizer.VocabularySize);
    }

    [Fact]
    public void Load_PieceGivenTwice_HasTheLastId()
    {
        using var folder = Folder(vocabulary: $"{SmallTokenizer.Vocabulary}hel\n");

        Assert.Equal([2, 7, 3], WordPieceTokenizer.Load(folder.Path).Encode("hel"));
    }

    [Fact]
    public void Load_VocabularyWithoutContinuations_KnowsWholeWordsOnly()
    {
        var vocabulary = SmallTokenizer.Vocabulary.Replace("##lo", "lo", StringComparison.Ordinal);
        using var folder = Folder(vocabulary: vocabulary);

        Assert.Equal([2, 5, 1, 3], WordPieceTokenizer.Load(folder.Path).Encode("hel hello"));
    }

    [Theory]
    [InlineData("[UNK]")]
    [InlineData("[CLS]")]
    [InlineData("[SEP]")]
    [InlineData("[PAD]")]
    [InlineData("[MASK]")]
    public void Load_VocabularyWithoutSpecialToken_IsRefused(string token)
    {
        using var folder = Folder(vocabulary: SmallTokenizer.Vocabulary.Replace(token, "x", StringComparison.Ordinal));

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Contains(token, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_VocabularyThatIsNotUtf8_NamesTheLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["vocab.txt"], [.. "[PAD]\nab\n"u8, 0xC3, (byte)'\n']);

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal("line 3", error.Location);
    }

    [Fact]
    public void Load_HugeVocabulary_IsRefusedUnread()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder["vocab.txt"]))
        {
            file.SetLength(1L << 32);
        }

        var error = Assert.Throws<TextFormatException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal("4294967296", error.Found);
    }

    [Fact]
    public void Load_FolderWithoutVocabulary_SaysWhichFileIsMissing()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<FileNotFoundException>(() => WordPieceTokenizer.Load(folder.Path));

        Assert.Equal(folder["vocab.txt"], error.FileName);
    }

    [Fact]
    public void Encode_NoRoomForTheFrame_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Model.Tokenizer.Encode("x", new int[1]));
    }

    private static TemporaryFolder Folder(string? json = null, string? vocabulary = null)
    {
        var folder = new TemporaryFolder();
        foreach (var (name, content) in new[] { ("tokenizer.json", json), ("vocab.txt", vocabulary) })
        {
            if (content is not null)
            {
                File.WriteAllText(folder[name], content);
            }
        }

        return folder;
    }
}
