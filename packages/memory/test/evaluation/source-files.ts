// Small files in the shape of the public ones, written for these tests.

export const locomo = [
  {
    sample_id: 'conv-1',
    conversation: {
      speaker_a: 'Ana',
      speaker_b: 'Ben',
      session_10_date_time: '12:05 pm on 9 June, 2023',
      session_10: [{ speaker: 'Ana', dia_id: 'D10:5', text: 'We leave in June.' }],
      session_1_date_time: '1:56 pm on 8 May, 2023',
      session_1: [
        { speaker: 'Ana', dia_id: 'D1:1', text: 'I picked figs today.' },
        {
          speaker: 'Ben',
          dia_id: 'D1:2',
          text: 'Lovely!',
          img_url: ['https://example.org/a.jpg'],
          blip_caption: 'a bowl of figs',
          query: 'figs',
        },
      ],
      session_2_date_time: '12:14 am on 25 May, 2023',
      session_2: [{ speaker: 'Ben', dia_id: 'D2:1', text: 'The tree is from 2022.' }],
    },
    qa: [
      { question: 'What did Ana pick?', answer: 'Figs', evidence: ['D1:1'], category: 4 },
      { question: 'How old is the tree?', answer: 2022, evidence: ['D1:2; D:2:01', 'D9:9'], category: 1 },
      { question: 'When do they leave?', answer: 'June', evidence: ['D10:5'], category: 2 },
      { question: 'Would Ana like winter?', answer: 'Likely no', evidence: [], category: 3 },
      { question: 'What did Ben pick?', adversarial_answer: 'Figs', evidence: ['D2:1'], category: 5 },
    ],
    event_summary: {},
  },
];

export const realtalk = {
  name: { speaker_1: 'Cy', speaker_2: 'Dee' },
  session_1_date_time: '29.12.2023, 00:51:12',
  session_1: [
    { clean_text: 'morning!', speaker: 'Cy', date_time: '29.12.2023, 00:51:12', dia_id: 'D1:1' },
    { clean_text: 'went for a run', speaker: 'Dee', date_time: '30.12.2023, 18:02:00', dia_id: 'D1:3' },
  ],
  session_2_date_time: '02.01.2024, 09:00:00',
  session_2: [{ clean_text: null, speaker: 'Cy', dia_id: 'D2:7', blip_caption: 'a boat at a pier' }],
  events_session_1: { Cy: [] },
  qa: [
    { question: 'When did Dee run?', answer: 'on 30.12.2023', evidence: ['D1:3'], category: 2 },
    { question: 'Does Dee like sports?', answer: 'yes', evidence: ['D1:2', '', 'D58'], category: 3 },
    { question: 'What did Cy show?', answer: 'a boat', evidence: 'D2:07', category: 1 },
  ],
};

export const longMemEval = [
  {
    question_id: 'q1',
    question_type: 'knowledge-update',
    question: 'How many figs do I have?',
    answer: 12,
    question_date: '2023/05/30 (Tue) 23:40',
    haystack_session_ids: ['answer_2', 's1', 's1'],
    haystack_dates: ['2023/05/21 (Sun) 10:00', '2023/05/20 (Sat) 02:21', '2023/05/22 (Mon) 08:00'],
    haystack_sessions: [
      [{ role: 'user', content: 'I have 12 figs.', has_answer: true }],
      [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello!' },
      ],
      [{ role: 'user', content: 'Good morning', has_answer: false }],
    ],
    answer_session_ids: ['answer_2'],
  },
  {
    question_id: 'q2_abs',
    question_type: 'multi-session',
    question: 'How many plums do I have?',
    answer: '7',
    question_date: '2023/05/30 (Tue) 23:40',
    haystack_session_ids: ['s1'],
    haystack_dates: ['2023/05/20 (Sat) 02:21'],
    haystack_sessions: [[{ role: 'user', content: 'Hello' }]],
    answer_session_ids: [],
  },
];

export const beamChat = [
  {
    batch_number: 1,
    turns: [
      [
        {
          role: 'user',
          id: 0,
          time_anchor: 'March-15-2024',
          index: '1,1',
          question_type: 'main_question',
          content: 'I plan a garden. ->-> 1,1',
        },
        { role: 'assistant', id: 1, content: 'Good.' },
      ],
    ],
  },
  {
    batch_number: 2,
    turns: [[{ role: 'user', id: 2, time_anchor: 'April-02-2024', content: 'It has figs now. ->-> 2,1' }]],
  },
];

/** As chats of 10M are: plans with their batches, and what a table with a column a plan leaves of them. */
export const beamPlans = [
  {
    'plan-1': [
      {
        batch_number: 1,
        turns: [[{ role: 'user', id: 0, time_anchor: 'March-15-2024', content: 'I garden.' }]],
      },
    ],
    'plan-2': null,
  },
  {
    'plan-1': null,
    'plan-2': [
      { batch_number: 1, turns: [[{ role: 'user', id: 2, time_anchor: null, content: 'Figs, now.' }]] },
      { batch_number: 2, turns: [[{ role: 'assistant', id: 0, content: 'Good.' }]] },
    ],
  },
];

export const beamProbes = {
  abstention: [
    { question: 'What is my name?', ideal_response: 'Nothing is said of it.', difficulty: 'easy' },
  ],
  knowledge_update: [
    {
      question: 'What is in my garden?',
      answer: 'figs',
      source_chat_ids: { original_info: [0], updated_info: [2] },
    },
  ],
  summarization: [{ question: 'Sum it up.', ideal_summary: 'A garden.', conversation_sessions: [0, 1, 99] }],
};
