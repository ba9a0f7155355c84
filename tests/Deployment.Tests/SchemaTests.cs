using System.Text.Json.Nodes;

namespace Moodstream.Deployment.Tests;

/// <summary>Every resource against the schema of its kind, in which an unknown field is an error.</summary>
public sealed class SchemaTests
{
    private const string Schemas = "data/k8s-schemas/schemas.json";

    [SharedDataFact(Schemas)]
    public void Resources_EachDocument_FitsTheSchemaOfItsKind()
    {
        var schema = new JsonSchema(JsonNode.Parse(File.ReadAllText(Repository.Shared(Schemas.Split('/'))))!.AsObject());

        foreach (var (file, document) in Files.Resources.SelectMany(f => Files.Documents(f).Select(d => (f, d))))
        {
            Assert.Empty(schema.Check(document, $"{document["apiVersion"]}/{document["kind"]}").Select(e => $"{file}{e}"));
        }
    }

    [SharedDataFact(Schemas)]
    public void Check_UnknownField_IsFound()
    {
        var schema = new JsonSchema(JsonNode.Parse(File.ReadAllText(Repository.Shared(Schemas.Split('/'))))!.AsObject());
        var document = Files.Document("components/resiliency.yaml");
        document["spec"]!["policies"]!["retries"]!["deliver"]!["maxRetrys"] = 1;
        document["spec"]!["policies"]!["retries"]!["deliver"]!["duration"] = 5;

        var errors = schema.Check(document, "dapr.io/v1alpha1/Resiliency");

        Assert.Equal(
            [
                "/spec/policies/retries/deliver/duration: expected string, came 5",
                "/spec/policies/retries/deliver/maxRetrys: no such field",
            ],
            errors.Order(StringComparer.Ordinal));
    }
}
