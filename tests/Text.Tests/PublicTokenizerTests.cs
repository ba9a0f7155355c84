using System.Text.Json;

namespace Moodstream.Text.Tests;

/// <summary>bert-base-uncased as it is published, where its files are there.</summary>
public sealed class PublicTokenizerTests
{
    private static readonly string Folder = Repository.Shared("data", "bert-tokenizer");

    [SharedDataFact("data/bert-tokenizer")]
    public void Encode_EveryPublishedPair_GivesItsIds()
    {
        var tokenizer = WordPieceTokenizer.Load(Folder);
        var rows = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "input_ids_pairs.json")))
            .RootElement.EnumerateArray().Where(row => row.GetProperty("text_pair").ValueKind == JsonValueKind.Null)
            .ToList();

        var differing = rows.Where(row => !tokenizer.Encode(row.GetProperty("text").GetString() ?? "")
            .SequenceEqual(row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())));

        Assert.NotEmpty(rows);
        Assert.Empty(differing.Select(row => row.GetProperty("name").GetString()));
    }

    [SharedDataFact("data/bert-tokenizer")]
    public void Load_TokenizerJson_EqualsVocabularyText()
    {
        using var onlyText = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "vocab.txt"), onlyText["vocab.txt"]);
        var json = WordPieceTokenizer.Load(Folder);
        var text = WordPieceTokenizer.Load(onlyText.Path);

        var differing = Model.Goldens().Where(g => !json.Encode(g.Text).SequenceEqual(text.Encode(g.Text)));

        Assert.Empty(differing.Select(g => g.Text));
        Assert.Equal(text.VocabularySize, json.VocabularySize);
    }
}
