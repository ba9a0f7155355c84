using System.Text.RegularExpressions;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Checks of the whole that TensorFlow's loader makes, and of what it swallows.</summary>
internal static partial class GraphChecks
{
    /// <returns>The nodes by name.</returns>
    public static Dictionary<string, GraphNode> Check(GraphDef graph)
    {
        var nodes = new Dictionary<string, GraphNode>(StringComparer.Ordinal);
        foreach (var definition in graph.Node)
        {
            var node = new GraphNode(definition);
            if (!NodeName().IsMatch(node.Name))
            {
                throw node.Wrong("Node name contains invalid characters");
            }

            if (!nodes.TryAdd(node.Name, node))
            {
                throw node.Wrong("is not unique");
            }
        }

        foreach (var node in nodes.Values)
        {
            CheckEdges(node, nodes);
        }

        CheckCycles(nodes);
        return nodes;
    }

    public static void CheckModel(Wire.SavedModel model)
    {
        Require(model.SavedModelSchemaVersion == 1, "schema version");
        Require(model.MetaGraphs.Count == 1, $"{model.MetaGraphs.Count} graphs, expected 1: the first with the tags would win");
        Require(model.MetaGraphs[0].MetaInfoDef.Tags is ["serve"], "Could not find meta graph def matching supplied tags: { serve }");
        Require(model.MetaGraphs[0].GraphDef.Versions.Producer >= 24, "producer: an empty shape would be an unknown one");
        Require(model.MetaGraphs[0].SignatureDef.Count > 0, "no signatures: every Predict would fail");
    }

    public static void CheckSignature(string name, SignatureDef signature, Dictionary<string, GraphNode> nodes)
    {
        Require(signature.MethodName == "tensorflow/serving/predict", $"{name}: method name '{signature.MethodName}'");
        foreach (var (alias, tensor) in signature.Inputs.Concat(signature.Outputs))
        {
            var (node, port) = (tensor.Name.Split(':')[0], tensor.Name.Split(':').ElementAtOrDefault(1));
            Require(port == "0", $"{name}/{alias}: TensorInfo '{tensor.Name}' without ':0'");
            Require(nodes.ContainsKey(node), $"{name}/{alias}: The name '{tensor.Name}' refers to a Tensor which does not exist");
            Require(nodes[node].OutputType == tensor.Dtype, $"{name}/{alias}: {tensor.Dtype}, but {node} is {nodes[node].OutputType}");
        }

        foreach (var (alias, tensor) in signature.Inputs)
        {
            var node = nodes[tensor.Name.Split(':')[0]];
            Require(node.Op == "Placeholder", $"{name}/{alias} is no Placeholder");
            Require(tensor.TensorShape.Equals(node.PlaceholderShape), $"{name}/{alias}: {tensor.TensorShape}, but {node.PlaceholderShape}");
        }
    }

    private static void CheckEdges(GraphNode node, Dictionary<string, GraphNode> nodes)
    {
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            if (!nodes.TryGetValue(node.Inputs[i], out var input))
            {
                throw node.Wrong($"Unknown input node '{node.Inputs[i]}'");
            }

            if (input.OutputType != node.InputTypes[i])
            {
                throw node.Wrong($"Input {i} was passed {input.OutputType} from {input.Name}:0 incompatible with expected {node.InputTypes[i]}");
            }
        }
    }

    private static void CheckCycles(Dictionary<string, GraphNode> nodes)
    {
        var open = nodes.Values.ToDictionary(n => n.Name, n => n.Inputs.Count);
        var readers = nodes.Values.SelectMany(n => n.Inputs.Select(i => (Input: i, n.Name))).ToLookup(e => e.Input, e => e.Name);
        var ready = new Queue<string>(open.Where(o => o.Value == 0).Select(o => o.Key));
        var seen = 0;
        while (ready.TryDequeue(out var name))
        {
            seen++;
            foreach (var reader in readers[name])
            {
                if (--open[reader] == 0)
                {
                    ready.Enqueue(reader);
                }
            }
        }

        Require(seen == nodes.Count, $"{nodes.Count - seen} nodes in a cycle");
    }

    private static void Require(bool isTrue, string complaint)
    {
        if (!isTrue)
        {
            throw new SavedModelException(complaint);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9.][A-Za-z0-9_.\\-/]*$")]
    private static partial Regex NodeName();
}
