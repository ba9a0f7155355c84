using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>A node with the defaults of its operation filled in, checked by itself as TensorFlow's loader does.</summary>
internal sealed class GraphNode
{
    private readonly NodeDef _definition;
    private readonly OpRule _rule;

    public GraphNode(NodeDef definition)
    {
        _definition = definition;
        _rule = OpRule.Of(definition);
        CheckAttributes();
        InputTypes = [.. _rule.Inputs.SelectMany(TypesOf)];
        if (InputTypes.Count != definition.Input.Count)
        {
            throw Wrong($"NodeDef expected {InputTypes.Count} inputs, {definition.Input.Count} specified");
        }
    }

    public string Name => _definition.Name;

    public string Op => _definition.Op;

    public IReadOnlyList<string> Inputs => _definition.Input;

    public IReadOnlyList<DataType> InputTypes { get; }

    public DataType OutputType => Type(_rule.Output);

    public TensorProto Value => _definition.Attr["value"].Tensor;

    public TensorShapeProto? PlaceholderShape => _definition.Attr.GetValueOrDefault("shape")?.Shape;

    public DataType Type(string attribute) => _definition.Attr.TryGetValue(attribute, out var value)
        ? value.Type
        : (DataType)_rule.Attributes[attribute].Default;

    public bool Flag(string attribute) => _definition.Attr.TryGetValue(attribute, out var value)
        ? value.B
        : _rule.Attributes[attribute].Default != 0;

    public int Whole(string attribute) => checked((int)(_definition.Attr.TryGetValue(attribute, out var value)
        ? value.I
        : _rule.Attributes[attribute].Default));

    public SavedModelException Wrong(string what) => new($"{Name} ({Op}): {what}");

    private void CheckAttributes()
    {
        foreach (var rule in _rule.Attributes.Values)
        {
            if (!_definition.Attr.TryGetValue(rule.Name, out var value))
            {
                if (rule.IsMandatory)
                {
                    throw Wrong($"No attr named '{rule.Name}'");
                }
            }
            else if (value.ValueCase != rule.Kind)
            {
                throw Wrong($"AttrValue missing value with expected type '{rule.Kind}' for attr '{rule.Name}', has {value.ValueCase}");
            }
            else if (rule.Kind == AttrValue.ValueOneofCase.Type && value.Type == DataType.DtInvalid)
            {
                throw Wrong($"attr '{rule.Name}' is DT_INVALID");
            }
        }

        // TensorFlow takes these without a word, and whoever wrote them meant something.
        var unknown = _definition.Attr.Keys.Except(_rule.Attributes.Keys).ToList();
        if (unknown.Count > 0 || _definition.Device.Length > 0)
        {
            throw Wrong($"unknown attributes {string.Join(", ", unknown)}, device '{_definition.Device}'");
        }

        if (Op == "Const" && _definition.Attr["value"].Tensor.Dtype != OutputType)
        {
            throw Wrong($"dtype is {OutputType}, that of its value {_definition.Attr["value"].Tensor.Dtype}");
        }
    }

    private IEnumerable<DataType> TypesOf(string input) =>
        input == "N*T" ? Enumerable.Repeat(Type("T"), Whole("N")) : [Type(input)];
}
