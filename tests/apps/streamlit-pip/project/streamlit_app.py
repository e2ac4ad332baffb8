import streamlit as st

st.title("Numbers")
st.line_chart([1, 2, 4, 8])
